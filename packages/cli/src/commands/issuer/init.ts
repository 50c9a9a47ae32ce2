import { writeFile } from "node:fs/promises";
import { encodeJson } from "@amana/core/bytes";
import { initIssuer } from "@amana/server";
import { pinKey, pinnedProgramme } from "../../keys/pins.ts";
import { type Command, nameOption, text } from "../../terminal/command.ts";
import { AUDIENCE_OPTIONS, audienceOf, COUNT_OPTIONS, countOf } from "../invitations/options.ts";
import { cardsOf, csvOf, writeOnce } from "../invitations/output.ts";
import { FOLDER_OPTION } from "./folder.ts";

export const issuerInit: Command = {
  name: "issuer init",
  summary: "Make an issuer of your own: keys that never leave its folder, an offer for the operator, and the invitation codes.",
  positionals: [],
  options: {
    ...FOLDER_OPTION,
    server: { type: "string", value: "URL", describe: "address of the operator's server" },
    programme: { type: "string", value: "ID", describe: "programme id (else the one pinned with `amana trust`)" },
    ...AUDIENCE_OPTIONS,
    name: { type: "string", value: "NAME", describe: "name of this issuer" },
    organisation: { type: "string", value: "ID", describe: "organisation of the programme that hands out the codes" },
    origin: { type: "string", value: "URL", describe: "where this issuer will be reached" },
    ...COUNT_OPTIONS,
    offer: { type: "string", describe: "file to write the offer to; give it to the operator" },
    out: { type: "string", describe: "CSV file to write the codes to; it must not exist" },
  },
  examples: [
    "amana issuer init --data ./issuer --server https://feedback.example.org/ --round wave-2026 --audience officials --name university --organisation university --origin https://issuer.example.edu/ --count 420 --spares 20 --offer offer.json --out codes.csv",
  ],
  notes: ["With several issuers a person needs one code of each. Whoever hands them out puts the links together: amana invitations join."],
  async run({ values }, io) {
    const server = pinKey(text(values, "server", true));
    const { round, audience } = audienceOf(values);
    const name = nameOption(values, "name");
    const { count, spares } = countOf(values);
    const [out, offerFile, folder] = [text(values, "out", true), text(values, "offer", true), text(values, "data", true)];
    const programme = await pinnedProgramme(io, server, text(values, "programme"));
    const input = { programme, round, audience, name, server, origin: pinKey(text(values, "origin", true)), count, spares };
    await writeOnce([out], async () => {
      const { offer, codes } = await initIssuer(folder, { ...input, handedOutBy: nameOption(values, "organisation") });
      await writeFile(offerFile, encodeJson(offer), { flag: "wx" });
      return [csvOf(cardsOf(codes, spares, (code) => `${server}${round}#${audience}.${code}`))];
    });
    io.say(`Wrote the offer to ${offerFile}: the operator names it in the round's file.`);
    io.say(`Wrote ${count} codes (${spares} spares) to ${out}. Keep the spares apart; delete the others once they are handed out.`);
    io.say(`Then run: amana issuer serve --data ${folder}`);
    io.result({ round, audience, issuer: name, count, spares, offer: offerFile, out });
    return 0;
  },
};
