import { formatCode, newInvitationCode } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseInvitationLink } from "./link.ts";

const code = formatCode(newInvitationCode(randomBytes));

describe("an invitation link", () => {
  it("names server, round, audience and codes", () => {
    const link = parseInvitationLink(`https://host.example/a/b/wave-1#officials.${code}.${code}`);
    expect(link).toMatchObject({ base: "https://host.example/a/b/", round: "wave-1", audience: "officials" });
    expect(link.codes.map(formatCode)).toEqual([code, code]);
  });

  it("may lack an audience, and codes", () => {
    expect(parseInvitationLink(`https://host.example/wave-1#${code}`)).toMatchObject({ audience: null });
    expect(parseInvitationLink("https://host.example/wave-1")).toMatchObject({ audience: null, codes: [] });
  });

  it("has nothing of a name or password in its base", () => {
    expect(parseInvitationLink(`https://user:secret@host.example/wave-1#${code}`).base).toBe("https://host.example/");
  });

  it.each([
    ["a lone per cent", "https://host.example/wave-1#%"],
    ["another scheme", `javascript:alert(1)//wave-1#${code}`],
    ["a file", `file:///tmp/wave-1#${code}`],
    ["no URL", "wave-1"],
  ])("with %s is refused by a code", (_, link) => {
    expect(() => parseInvitationLink(link)).toThrow(expect.objectContaining({ code: "ERR_CODE_FORMAT" }));
  });

  it("whatever it is, is read or refused, never anything else", () => {
    const links = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string().map((end) => `https://h.example/wave#${end}`),
    );
    fc.assert(
      fc.property(links, (link) => {
        try {
          parseInvitationLink(link);
          return true;
        } catch (error) {
          return isAmanaError(error);
        }
      }),
    );
  });
});
