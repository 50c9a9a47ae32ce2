import { describe, expect, it } from "vitest";
import { PROGRAMME, REPORTS, SURVEY, seed } from "../../test-support/world.ts";
import { toHex } from "../bytes/index.ts";
import { type AmanaError, isAmanaError } from "../errors/index.ts";
import { encodeKeyConfiguration, type KeyConfiguration } from "../ohttp/index.ts";
import { kemKey, signingKey } from "../primitives/index.ts";
import { type Programme, programmeId, signingKeysOf } from "../programme/index.ts";
import { checkManifest, type KeyHolder, type Manifest, type ManifestAudience, type ManifestIssuer, type ManifestRelay } from "./index.ts";

const TRIAL: Programme = { ...PROGRAMME, trial: true };

/** Every mistake that is found, as `path message`. */
function mistakes(manifest: Manifest, programme: Programme = PROGRAMME, earlierIssuerKeys?: ReadonlySet<string>): string[] {
  const named = { ...manifest, programme: toHex(programmeId(programme)) };
  try {
    checkManifest(named, { programme, ...(earlierIssuerKeys === undefined ? {} : { earlierIssuerKeys }) });
    return [];
  } catch (error) {
    if (!isAmanaError(error, "ERR_MANIFEST_INVALID")) throw error;
    return ((error as AmanaError).details.problems ?? []).map(({ path, message }) => `${path} ${message}`);
  }
}

const survey = (change: Partial<Manifest>, programme?: Programme): string[] => mistakes({ ...SURVEY, ...change }, programme);
const reports = (change: Partial<Manifest>): string[] => mistakes({ ...REPORTS, ...change });

const [officials, traders] = SURVEY.audiences as [ManifestAudience, ManifestAudience];
const audience = (change: Partial<ManifestAudience>): string[] => survey({ audiences: [{ ...officials, ...change }, traders] });
const issuer = (change: Partial<ManifestIssuer>): string[] => {
  const [first, second] = officials.issuers as [ManifestIssuer, ManifestIssuer];
  return audience({ issuers: [{ ...first, ...change }, second] });
};
const [first, second, third] = SURVEY.trustees as [KeyHolder, KeyHolder, KeyHolder];

describe("checkManifest finds nothing wrong", () => {
  it("with the rounds of the vectors", () => {
    expect(mistakes(SURVEY)).toEqual([]);
    expect(mistakes(REPORTS)).toEqual([]);
  });

  it("with a consultation, with a round in a trial, or with invitations that are not made yet", () => {
    expect(survey({ kind: "consultation" })).toEqual([]);
    const deadlines = { ...SURVEY.deadlines, objection: 0 };
    expect(survey({ separation: [], epoch: { minimumKeys: 1, minimumSeconds: 5 }, deadlines }, TRIAL)).toEqual([]);
    expect(issuer({ invitations: { count: 0, spares: 0, root: "00".repeat(32) } })).toEqual([]);
  });
});

describe("checkManifest names", () => {
  it("every mistake at once", () => {
    expect(survey({ threshold: 1, size: 1, workDifficulty: 1 })).toHaveLength(3);
  });

  it("another programme", () => {
    expect(() => checkManifest(SURVEY, { programme: TRIAL })).toThrow(
      expect.objectContaining({ details: { problems: [{ path: "/programme", message: "another programme" }] } }),
    );
  });

  it("a manifest that no ledger entry holds", () => {
    const title = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${String.fromCharCode(97 + i)}`, "x".repeat(3000)]));
    expect(survey({ title })).toEqual(["/ with its co-signatures longer than a ledger entry, 65535 bytes"]);
  });

  describe("what does not belong to the kind:", () => {
    it("in a survey", () => {
      expect(survey({ audiences: [] })).toEqual(["/audiences at least one"]);
      expect(survey({ analysisPlan: null })).toEqual(["/analysisPlan required"]);
      expect(survey({ size: 37 })).toEqual(["/size at least 38: the smallest ballot"]);
      expect(survey({ workDifficulty: 1 })).toEqual(["/workDifficulty 0, but for reports"]);
      expect(survey({ accepts: ["00".repeat(32)] })).toEqual(["/accepts empty, but for reports"]);
      expect(survey({ successor: "wave-2" })).toEqual(["/successor null, but for reports"]);
      expect(survey({ handlers: REPORTS.handlers })).toEqual(["/handlers must be empty in a round of this kind"]);
    });

    it("in reports", () => {
      expect(reports({ audiences: [{ ...traders, issuers: [] }] })).toEqual([
        "/audiences none in a reports round",
        "/audiences/0/issuers at least one",
      ]);
      expect(reports({ analysisPlan: "00".repeat(32) })).toEqual(["/analysisPlan none in a reports round"]);
      expect(reports({ size: 81 })).toEqual(["/size 16384 for reports"]);
      expect(reports({ workDifficulty: 25 })).toEqual(["/workDifficulty at most 24"]);
      expect(reports({ accepts: [...REPORTS.accepts, ...REPORTS.accepts] })).toEqual(["/accepts each survey once"]);
      expect(reports({ successor: REPORTS.round })).toEqual(["/successor another round"]);
      expect(reports({ trustees: SURVEY.trustees })).toEqual(["/trustees must be empty in a round of this kind"]);
      expect(reports({ separation: ["phases"] })).toEqual(["/separation empty for reports"]);
      expect(reports({ relay: RELAY })).toEqual(["/relay none for reports"]);
    });
  });

  describe("trustees and handlers", () => {
    it("that are none", () => {
      expect(survey({ trustees: [], noSpare: true })).toEqual([
        "/trustees at least one",
        "/threshold between 2 and 0 (as many as there are trustees only with noSpare)",
      ]);
      expect(reports({ handlers: [] })).toEqual(["/handlers at least one"]);
    });

    it("of which too few or too many open", () => {
      const outside = "/threshold between 2 and 2 (as many as there are trustees only with noSpare)";
      expect(survey({ threshold: 1 })).toEqual([outside]);
      expect(survey({ threshold: 3 })).toEqual([outside]);
      expect(survey({ threshold: 3, noSpare: true })).toEqual([]);
      expect(reports({ threshold: 2 })).toEqual(["/threshold 1 for reports: each handler can open"]);
      expect(reports({ noSpare: true })).toEqual(["/noSpare only for trustees"]);
    });

    it("of another organisation, or with another's key", () => {
      expect(survey({ trustees: [{ ...first, organisation: "nobody" }, second, third] })).toEqual([
        "/trustees/0/organisation no such organisation in the programme",
      ]);
      expect(survey({ trustees: [{ ...first, signingKey: second.signingKey }, second, third] })).toEqual([
        "/trustees/0/signingKey not the organisation's key in the programme",
      ]);
    });

    it("that are one organisation twice, or share a key", () => {
      expect(survey({ trustees: [first, { ...first, kemKey: second.kemKey }, third] })).toEqual(["/trustees/1/organisation named twice"]);
      expect(survey({ trustees: [first, { ...second, kemKey: first.kemKey }, third] })).toEqual([
        "/trustees/1/kemKey this key is used twice",
      ]);
    });

    it("to whose key nobody can seal", () => {
      expect(survey({ trustees: [{ ...first, kemKey: "ff".repeat(1216) }, second, third] })).toEqual([
        "/trustees/0/kemKey not an X-Wing public key",
      ]);
      // Its ML-KEM half is right, its X25519 half a point of small order.
      expect(survey({ trustees: [{ ...first, kemKey: first.kemKey.slice(0, 2368) + "00".repeat(32) }, second, third] })).toEqual([
        "/trustees/0/kemKey not an X-Wing public key",
      ]);
    });
  });

  describe("audiences", () => {
    it("of one name, too small, or without issuers", () => {
      expect(audience({ id: traders.id })).toEqual(["/audiences/1/id used twice"]);
      expect(audience({ minimumGroup: 4 })).toEqual(["/audiences/0/minimumGroup at least 5"]);
      expect(audience({ rosterSize: 4 })).toContain("/audiences/0/rosterSize smaller than the minimum group");
      expect(audience({ issuers: [] })).toEqual(["/audiences/0/issuers at least one"]);
    });

    it("in a trial from one person on", () => {
      const audiences = [
        { ...officials, minimumGroup: 0 },
        { ...traders, minimumGroup: 1 },
      ];
      expect(survey({ audiences }, TRIAL)).toEqual(["/audiences/0/minimumGroup at least 1"]);
    });

    it("whose issuers have one name, or codes from nobody", () => {
      expect(issuer({ name: "university-issuer" })).toEqual(["/audiences/0/issuers/1/name used twice"]);
      expect(issuer({ handedOutBy: "nobody" })).toEqual(["/audiences/0/issuers/0/handedOutBy no such organisation in the programme"]);
    });

    it("with more invitations than people, more spares than invitations, or fewer than a group", () => {
      const made = (count: number, spares: number) => issuer({ invitations: { count, spares, root: "00".repeat(32) } });
      expect(made(13, 2)).toEqual(["/audiences/0/issuers/0/invitations more invitations than people on the roster"]);
      expect(made(2, 3)).toEqual(["/audiences/0/issuers/0/invitations more spares than invitations"]);
      expect(made(6, 2)).toEqual(["/audiences/0/issuers/0/invitations fewer invitations than the minimum group: nobody could answer"]);
    });

    it("whose issuers' keys are used elsewhere, or are no keys", () => {
      const elsewhere = "this key is used elsewhere: one key, one audience, one round";
      const [trader] = traders.issuers as [ManifestIssuer];
      expect(issuer({ spki: trader.spki })).toEqual([`/audiences/1/issuers/0/spki ${elsewhere}`]);
      expect(issuer({ spki: trader.reportSpki })).toEqual([`/audiences/1/issuers/0/reportSpki ${elsewhere}`]);
      expect(mistakes(SURVEY, PROGRAMME, new Set([trader.spki]))).toEqual([`/audiences/1/issuers/0/spki ${elsewhere}`]);
      expect(issuer({ spki: trader.spki.slice(2) })).toEqual(["/audiences/0/issuers/0/spki not an RSA-2048 key as the protocol requires"]);
    });

    it("whose issuers sign with a key that has another use, or with none", () => {
      const elsewhere = "this key is used elsewhere: one key, one audience, one round";
      const [trader] = traders.issuers as [ManifestIssuer];
      expect(issuer({ signingKey: trader.signingKey })).toEqual([`/audiences/1/issuers/0/signingKey ${elsewhere}`]);
      expect(mistakes(SURVEY, PROGRAMME, new Set([trader.signingKey]))).toEqual([`/audiences/1/issuers/0/signingKey ${elsewhere}`]);
      for (const signingKey of signingKeysOf(PROGRAMME))
        expect(issuer({ signingKey })).toEqual([`/audiences/0/issuers/0/signingKey ${elsewhere}`]);
      expect(issuer({ signingKey: "00".repeat(32) })).toEqual(["/audiences/0/issuers/0/signingKey not an Ed25519 public key"]);
    });

    it("whose issuers' addresses are none, or more than an address", () => {
      const wrong = ["/audiences/0/issuers/0/origin null, or an address like https://issuer.example.org/ with a slash at the end"];
      const loopback = ["http://127.0.0.1:8090/", "http://localhost:8090/issuer/", "http://[::1]/"];
      for (const origin of [null, "https://a.example/", "https://a.example:8443/b/c-d/"]) expect(issuer({ origin })).toEqual([]);
      for (const origin of loopback) {
        expect(issuer({ origin })).toEqual(wrong);
        const [first, second] = officials.issuers as [ManifestIssuer, ManifestIssuer];
        expect(survey({ audiences: [{ ...officials, issuers: [{ ...first, origin }, second] }, traders] }, TRIAL)).toEqual([]);
      }
      const bad = [
        "",
        "https://a.example",
        "http://a.example/",
        "https://a.example/?q/",
        "https://a.example/../",
        "https://a.example/; x/",
      ];
      for (const origin of [...bad, "https://user@a.example/", "javascript:alert()/"]) expect(issuer({ origin })).toEqual(wrong);
    });
  });

  describe("times", () => {
    const windows = (change: Partial<Manifest["windows"]>) => survey({ windows: { ...SURVEY.windows, ...change } });
    const deadlines = (change: Partial<Manifest["deadlines"]>) => survey({ deadlines: { ...SURVEY.deadlines, ...change } });
    const { enrolmentOpen, answeringOpen, answeringClose } = SURVEY.windows;
    const { sealBy, missingBy, commitBy } = SURVEY.deadlines;

    it("of windows that close before they open", () => {
      expect(windows({ answeringOpen: answeringClose })).toEqual(["/windows/answeringClose must be after answeringOpen"]);
      expect(windows({ enrolmentClose: enrolmentOpen })).toEqual(["/windows/enrolmentClose must be after enrolmentOpen"]);
    });

    it("of answering before enrolment, or enrolment after answering", () => {
      const together = { ...SURVEY, separation: [] };
      const trial = (change: Partial<Manifest["windows"]>) => mistakes({ ...together, windows: { ...SURVEY.windows, ...change } }, TRIAL);
      expect(trial({ answeringOpen: enrolmentOpen - 1 })).toEqual(["/windows/answeringOpen before enrolmentOpen"]);
      expect(trial({ enrolmentClose: answeringClose + 1 })).toEqual(["/windows/enrolmentClose after answeringClose"]);
    });

    it("of phases that are not apart", () => {
      expect(windows({ answeringOpen: answeringOpen - 1 })).toEqual([
        "/windows/answeringOpen with phases, answering opens after enrolment has closed and the objection time has passed",
      ]);
    });

    it("of reports that enrol, or last too long", () => {
      const of = (change: Partial<Manifest["windows"]>) => reports({ windows: { ...REPORTS.windows, ...change } });
      expect(of({ enrolmentOpen: 1 })).toEqual(["/windows reports have no enrolment"]);
      expect(of({ enrolmentClose: 1 })).toEqual(["/windows reports have no enrolment"]);
      expect(of({ answeringClose: REPORTS.windows.answeringClose + 1 })).toEqual([
        "/windows/answeringClose a reports round lasts at most 31 days",
      ]);
    });

    it("of deadlines out of order, or without a span", () => {
      const order = ["/deadlines answeringClose ≤ sealBy ≤ missingBy ≤ commitBy"];
      expect(deadlines({ sealBy: answeringClose - 1 })).toEqual(order);
      expect(deadlines({ missingBy: sealBy - 1 })).toEqual(order);
      expect(deadlines({ commitBy: missingBy - 1 })).toEqual(order);
      expect(deadlines({ sealBy: answeringClose, missingBy: answeringClose, commitBy })).toEqual([]);
      expect(deadlines({ revealSpan: 0 })).toEqual(["/deadlines/revealSpan more than 0 seconds"]);
      expect(deadlines({ objection: 0 })).toEqual(["/deadlines/objection more than 0 seconds: issuers' draws must be open to objection"]);
    });

    it("of epochs with fewer keys than a group has", () => {
      expect(survey({ epoch: { minimumKeys: 4, minimumSeconds: 1 } })).toEqual(["/epoch/minimumKeys at least 5"]);
      expect(survey({ epoch: { minimumKeys: 0, minimumSeconds: 1 } }, TRIAL)).toEqual([]);
    });
  });

  describe("separation", () => {
    it("that is none, out of order, or said without its relay", () => {
      expect(survey({ separation: [] })).toEqual(["/separation phases, relay or both, except in a trial programme"]);
      expect(survey({ separation: ["phases", "phases"] })).toEqual(["/separation sorted, each once"]);
      expect(survey({ separation: ["relay", "phases"], relay: RELAY })).toEqual(["/separation sorted, each once"]);
      expect(survey({ separation: ["phases", "relay"] })).toEqual(["/relay given exactly when separation has relay"]);
      expect(survey({ relay: RELAY })).toEqual(["/relay given exactly when separation has relay"]);
    });

    it("by a relay that cannot do it", () => {
      const relay = (change: Partial<ManifestRelay>, programme?: Programme) =>
        survey({ separation: ["phases", "relay"], relay: { ...RELAY, ...change } }, programme);
      expect(relay({})).toEqual([]);
      expect(relay({ organisation: "nobody" })).toEqual(["/relay/organisation no such organisation in the programme"]);
      expect(relay({ origin: "http://relay.example.org" })).toEqual(["/relay/origin an origin like https://relay.example.org"]);
      expect(relay({ origin: "https://relay.example.org/path" })).toEqual(["/relay/origin an origin like https://relay.example.org"]);
      expect(relay({ key: "00".repeat(32) })).toEqual(["/relay/key not an Ed25519 public key"]);
      expect(relay({ slots: 79 })).toEqual(["/relay/slots at least 80: four for each person"]);
      expect(relay({ releaseLead: 7199 })).toEqual(["/relay/releaseLead at least 7200 seconds"]);
      expect(relay({ releaseLead: 10 }, TRIAL)).toEqual([]);
      expect(relay({ releaseLead: 14 * 86_400 })).toEqual(["/relay/releaseLead the release would be before answering opens"]);
      expect(relay({ origin: "http://127.0.0.1:8081" }, TRIAL)).toEqual([]);
    });

    it("by a gateway's key that leaves a choice, or is none", () => {
      const wrong = ["/relay/keyConfiguration not the one kind of key that a gateway has"];
      const key = (keyConfiguration: string) => survey({ separation: ["phases", "relay"], relay: { ...RELAY, keyConfiguration } });
      const with_ = (algorithms: KeyConfiguration["algorithms"], publicKey = GATEWAY.publicKey) =>
        key(toHex(encodeKeyConfiguration({ keyId: 1, kemId: 0x647a, publicKey, algorithms })));
      expect(with_([{ kdfId: 1, aeadId: 3 }])).toEqual([]);
      expect(key("")).toEqual(wrong);
      expect(with_([{ kdfId: 1, aeadId: 1 }])).toEqual(wrong);
      expect(with_([{ kdfId: 2, aeadId: 3 }])).toEqual(wrong);
      expect(
        with_([
          { kdfId: 1, aeadId: 3 },
          { kdfId: 1, aeadId: 1 },
        ]),
      ).toEqual(wrong);
      expect(with_([{ kdfId: 1, aeadId: 3 }], new Uint8Array(1216).fill(255))).toEqual(wrong);
    });
  });
});

const GATEWAY = kemKey(seed("gateway"));
const RELAY: ManifestRelay = {
  organisation: "university",
  origin: "https://relay.example.org:8443",
  key: toHex(signingKey(seed("relay")).publicKey),
  slots: 80,
  releaseLead: 7200,
  keyConfiguration: toHex(
    encodeKeyConfiguration({ keyId: 1, kemId: 0x647a, publicKey: GATEWAY.publicKey, algorithms: [{ kdfId: 1, aeadId: 3 }] }),
  ),
};
