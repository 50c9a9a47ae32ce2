import * as v from "valibot";

/** How handlers are told, once a day, to look into their inboxes: when, to whom, through which mail server. */
export interface NotificationSettings {
  /** Minutes after midnight UTC. */
  readonly at: number;
  readonly from: string;
  /** Everyone gets the same message, and sees no other address. */
  readonly to: readonly string[];
  readonly server: string;
  readonly port: number;
  /** `starttls`: refused unless the mail server offers it. `implicit`: TLS from the first byte. `none`: to this machine alone. */
  readonly tls: "starttls" | "implicit" | "none";
  /** Secret; never logged, in no status. */
  readonly login: { readonly user: string; readonly password: string } | null;
  /** PEM of a certificate authority that is not the system's. */
  readonly ca: string | null;
}

/** The file that AMANA_NOTIFY names. */
export interface NotificationFile {
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly server: string;
  readonly port?: number | undefined;
  readonly tls?: NotificationSettings["tls"] | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** A PEM file, relative to this one. */
  readonly ca?: string | undefined;
}

const PORTS = { starttls: 587, implicit: 465, none: 25 } as const;
const LOCAL = ["localhost", "127.0.0.1", "::1"];
const MOST_ADDRESSES = 64;

// Nothing that could end a header or a line of SMTP, and no display name.
const address = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,8}$/,
    "expected an address like name@example.org",
  ),
);
const credential = v.pipe(v.string(), v.regex(/^[^\p{C}]{1,255}$/u, "expected 1 to 255 printable characters"));

export const notificationFile: v.GenericSchema<unknown, NotificationFile> = v.pipe(
  v.strictObject({
    at: v.pipe(v.string(), v.regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "expected a time of the day in UTC, like 07:00")),
    from: address,
    to: v.pipe(
      v.array(address),
      v.minLength(1, "expected an address"),
      v.maxLength(MOST_ADDRESSES, `expected at most ${MOST_ADDRESSES} addresses`),
    ),
    server: v.pipe(v.string(), v.regex(/^[A-Za-z0-9.:-]{1,255}$/, "expected a host name or an address")),
    port: v.optional(
      v.pipe(v.number(), v.integer("expected a port"), v.minValue(1, "expected a port"), v.maxValue(65_535, "expected a port")),
    ),
    tls: v.optional(v.picklist(["starttls", "implicit", "none"], "expected starttls, implicit or none")),
    user: v.optional(credential),
    password: v.optional(credential),
    ca: v.optional(v.pipe(v.string(), v.regex(/^[^\0]+$/, "expected a PEM file"))),
  }),
  v.forward(
    v.check(
      ({ tls, server }) => tls !== "none" || LOCAL.includes(server),
      "expected starttls or implicit: none is for a mail server on this machine: localhost, 127.0.0.1, ::1",
    ),
    ["tls"],
  ),
  v.forward(
    v.check(({ user, password }) => (user === undefined) === (password === undefined), "expected with a user, and a user with it"),
    ["password"],
  ),
);

/** Settings of a file, with what it leaves open; `ca` is the PEM itself. */
export function notificationSettings(file: NotificationFile, ca: string | null): NotificationSettings {
  const { at, from, to, server, tls = "starttls", port = PORTS[tls], user, password } = file;
  const [hours = 0, minutes = 0] = at.split(":").map(Number);
  const login = user === undefined || password === undefined ? null : { user, password };
  return { at: hours * 60 + minutes, from, to: [...new Set(to)], server, port, tls, login, ca };
}
