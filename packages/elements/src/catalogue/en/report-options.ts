/** The structured fields of a report: coarse on purpose, each a closed list. Keys are what is sent; words are only shown. */
export const reportOptions = {
  role: {
    label: "You are",
    options: {
      official: "A customs official",
      trader: "A trader or firm",
      broker: "A customs broker",
      carrier: "A carrier",
      traveller: "A traveller",
      other: "Someone else",
    },
  },
  type: {
    label: "What it is about",
    options: {
      "bribe-asked": "A bribe was asked for",
      "bribe-offered": "A bribe was offered",
      "payment-made": "An improper payment was made",
      "undue-delay": "An undue delay",
      favouritism: "Favouritism",
      "exemption-abuse": "Abuse of an exemption",
      falsification: "Falsified documents",
      leak: "A leak of information",
      retaliation: "Retaliation",
      "conflict-of-interest": "A conflict of interest",
      other: "Something else",
    },
  },
  step: {
    label: "At which step",
    options: {
      declaration: "Declaration",
      valuation: "Valuation",
      classification: "Classification",
      origin: "Origin",
      inspection: "Inspection",
      release: "Release",
      transit: "Transit",
      warehouse: "Warehouse",
      exemption: "Exemption or temporary admission",
      refund: "Refund",
      audit: "Post-clearance audit",
      licence: "Licence or authorised-trader approval",
      urgent: "Urgent consignment",
      travellers: "Travellers",
      other: "Another step",
    },
  },
  region: {
    label: "Kind of place",
    options: {
      seaport: "A sea port",
      airport: "An airport",
      "land-border": "A land border",
      inland: "An inland office",
      headquarters: "A central office",
      online: "Online or by phone",
    },
  },
  period: {
    label: "When",
    options: {
      month: "In the last month",
      quarter: "One to three months ago",
      year: "Three to twelve months ago",
      earlier: "More than a year ago",
      ongoing: "It is still going on",
    },
  },
  band: {
    label: "Value involved",
    options: {
      none: "No money or goods",
      small: "Small: up to a day's pay",
      medium: "Medium: up to a month's pay",
      large: "Large: more than a month's pay",
      unknown: "Unknown",
    },
  },
  outcome: {
    label: "How it ended",
    options: {
      paid: "It was paid",
      "refused-served": "Refused, and served all the same",
      "refused-delayed": "Refused, and delayed or penalised",
      pending: "Not over yet",
    },
  },
  frequency: { label: "How often", options: { once: "Once", repeated: "Repeatedly", organised: "It is organised" } },
  source: {
    label: "How you know",
    options: { experienced: "It happened to me", witnessed: "I saw it", told: "I was told", documents: "From documents" },
  },
  consent: {
    label: "It may be used",
    options: {
      statistics: "For statistics only",
      mailbox: "For questions back to me, through this site",
      investigate: "For an investigation, and questions back to me",
    },
  },
} as const;
