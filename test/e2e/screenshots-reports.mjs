// The part of `npm run screenshots` that shows incident reports: the form with files, on a shared device, the conversation, and the handlers' page.
import { fileURLToPath, pathToFileURL } from "node:url";
import { openChannel } from "@amana/client/reporter";
import { formatCode } from "@amana/core/bytes";
import { REPORT_CATALOGUES } from "@amana/elements";
import { HANDLER_CATALOGUES } from "@amana/elements/handler";
import { CHANNEL, HANDLER } from "@amana/example-trial";
import { confirmCode, eachLook, inTrial, newPage, shoot, wordsOn } from "./support/trial-for-pictures.mjs";

const HANDLER_PAGE = pathToFileURL(fileURLToPath(new URL("../../packages/elements/dist/handler.html", import.meta.url))).href;

const SAID = {
  ar: {
    story: "طلب مني أحدهم مبلغًا لإخراج الحاوية، وقال إن الملف سيبقى مكانه بغير ذلك. رقم السيارة 12345-116-16، ولم يكن هناك غيري.",
    reply: "شكرًا لك. هل كان ذلك في المكتب نفسه في كل مرة؟ لا تذكر أسماء.",
    more: "نعم، المكتب نفسه دائمًا.",
    note: "يُسأل القسم القانوني عن أجل الإفراج.",
    label: "الميناء",
  },
  fr: {
    story:
      "On m’a demandé une somme pour sortir le conteneur ; sans cela, m’a-t-on dit, le dossier resterait où il est. Plaque 12345-116-16, j’étais seul avec lui.",
    reply: "Merci. Était-ce à chaque fois le même bureau ? Ne citez pas de noms.",
    more: "Oui, toujours le même bureau.",
    note: "Demander au service juridique le délai de mainlevée.",
    label: "port",
  },
};
const OFFICES = [{ id: "port-a", name: { ar: "مفتشية الميناء", en: "Port inspectorate", fr: "Inspection du port" }, people: 14 }];
const PDF = { name: "Rapport Leila.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n%%EOF\n") };

export async function reports(browser, folder, out, languages, widths) {
  await inTrial(folder, async ({ url, world, programme, server }) => {
    await world.launchChannel("ab".repeat(32), 1);
    const handler = async (...args) => (await world.as(HANDLER, ["reports", ...args, "--round", CHANNEL])).result;
    const codes = new Map();
    for (const language of languages) {
      const channel = await openChannel(url, CHANNEL, { programme });
      const code = channel.newSecretCode();
      codes.set(language, formatCode(code));
      const { story, more, reply, note, label } = SAID[language];
      const fields = { role: "trader", type: "bribe-asked", step: "release", frequency: "repeated", consent: "mailbox" };
      const file = new File([PDF.buffer], "file-1.pdf", { type: PDF.mimeType });
      await channel.report(code, { locale: language, fields, text: story }, () => undefined, null, [file]);
      const { reports: listed } = await handler("list");
      const { reference } = listed.find(({ replies }) => replies === 0);
      await handler("reply", reference, "--text", reply);
      await handler("state", reference, "assessing");
      await handler("label", reference, label);
      await handler("note", reference, "--text", note);
      await channel.followUp(code, { locale: language, fields: {}, text: more }, () => undefined, []);
    }
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await server.tick();
    await eachLook(languages, widths, async (language, width) => {
      await form(browser, out, language, width, `${url}${CHANNEL}`);
      await conversation(browser, out, language, width, `${url}${CHANNEL}`, codes.get(language));
      await handlers(browser, out, language, width, world);
    });
  });
}

/** A file with what a picture of a paper looks like. */
async function photo(page) {
  const url = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 900, height: 640 });
    const context = canvas.getContext("2d");
    const draw = (colour, ...box) => {
      context.fillStyle = colour;
      context.fillRect(...box);
    };
    draw("#6b5a48", 0, 0, 900, 640);
    draw("#fbfaf6", 150, 60, 600, 560);
    draw("#2f6f6a", 190, 100, 180, 26);
    for (let line = 0; line < 12; line++) draw("#b9b4a8", 190, 170 + line * 34, 300 + ((line * 137) % 220), 12);
    return canvas.toDataURL("image/jpeg");
  });
  return { name: "IMG_2041.jpg", mimeType: "image/jpeg", buffer: Buffer.from(url.split(",")[1], "base64") };
}

async function form(browser, out, language, width, address) {
  const words = REPORT_CATALOGUES[language];
  const { report, common, options, files } = words;
  const page = await newPage(browser, language, width);
  const { press, heading } = wordsOn(page);
  await page.clock.install();
  await page.goto(address);
  await page.locator("amana-report").evaluate((element, offices) => element.setAttribute("offices", offices), JSON.stringify(OFFICES));
  await press(words.name);
  await heading(report.readersTitle).waitFor();
  await shoot(page, out, `report-welcome-${language}-${width}`);
  await press(report.write);
  await page.getByLabel(options.role.options.trader).check();
  await page.getByLabel(options.type.options["bribe-asked"]).check();
  await page.getByLabel(report.narrative).fill(SAID[language].story);
  await page.getByText(common.riskTitle).waitFor();
  const chooser = page.waitForEvent("filechooser");
  await press(files.choose);
  await (await chooser).setFiles([await photo(page), PDF]);
  await page.getByText(files.warnings.pdf).waitFor();
  await shoot(page, out, `report-files-${language}-${width}`);
  await press(common.next);
  await page.getByText(report.officeTitle).click();
  await page.getByLabel(report.office, { exact: true }).selectOption("port-a");
  await shoot(page, out, `report-office-${language}-${width}`);
  await press(common.next);
  await confirmCode(page, common.codeConfirm, () => press(report.confirm));
  await heading(report.reviewTitle).waitFor();
  await shoot(page, out, `report-review-${language}-${width}`);
  await page.goto(`${address}?kiosk`);
  await press(words.name);
  await press(report.write);
  await page.clock.fastForward(124_000);
  await page.getByRole("alertdialog").waitFor();
  await page.screenshot({ path: `${out}/report-kiosk-${language}-${width}.png` });
  await page.close();
}

async function conversation(browser, out, language, width, address, code) {
  const { name, report, common } = REPORT_CATALOGUES[language];
  const page = await newPage(browser, language, width);
  const { press, heading } = wordsOn(page);
  await page.goto(address);
  await press(name);
  await press(report.haveCode);
  await page.getByLabel(common.codeEnter, { exact: true }).fill(code);
  await press(common.codeOpen);
  await heading(report.conversation).waitFor();
  await page.locator(".talk .theirs").waitFor();
  await page.getByLabel(report.followUp, { exact: true }).fill(SAID[language].more);
  await shoot(page, out, `report-conversation-${language}-${width}`);
  await page.close();
}

async function handlers(browser, out, language, width, world) {
  const { handler } = HANDLER_CATALOGUES[language];
  const page = await newPage(browser, language, width);
  const { press, heading } = wordsOn(page);
  await page.goto(HANDLER_PAGE);
  await heading(handler.keyTitle).waitFor();
  await shoot(page, out, `handler-key-${language}-${width}`);
  await page.getByLabel(handler.keyFile, { exact: true }).setInputFiles(world.key(HANDLER));
  await page.getByLabel(handler.passphrase, { exact: true }).fill("trial");
  await press(handler.open);
  await heading(handler.trustTitle).waitFor();
  await shoot(page, out, `handler-trust-${language}-${width}`);
  await press(handler.trustYes);
  await page.locator(".case").nth(1).waitFor();
  await shoot(page, out, `handler-list-${language}-${width}`);
  await page.locator(".case", { hasText: SAID[language].label }).getByRole("button").first().click();
  await heading(handler.talkTitle).waitFor();
  await page.locator(".attachment").getByRole("button", { name: handler.attachmentShow }).click();
  await page.locator(".attachment .file-name").waitFor();
  await shoot(page, out, `handler-case-${language}-${width}`);
  const download = page.waitForEvent("download");
  await press(handler.export);
  await download;
  await page.getByText(handler.exported).first().waitFor();
  await page.locator(".export").scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${out}/handler-export-${language}-${width}.png` });
  await page.close();
}
