import { type Rng, toHex } from "@amana/core/bytes";
import { createTransport } from "nodemailer";
import type { NotificationSettings } from "./settings.ts";

/** Why a mail server did not take a message. Of what it said nothing else is kept: it may repeat addresses and credentials. */
export type MailRefusal = "unreachable" | "tls" | "credentials" | "refused";

/** What came of handing a message over: the addresses that are still without it, and why. */
export interface HandedOver {
  readonly left: readonly string[];
  readonly refusal: MailRefusal | null;
}

/** Hands the message of a day to a mail server. Never throws. */
export type SendMail = (to: readonly string[], day: Date, signal: AbortSignal) => Promise<HandedOver>;

const SUBJECT = "Amana: the daily reminder";
/**
 * The same words every day. A message that says how many reports came, or that there are any, tells whoever carries mail when somebody has
 * reported. No link: whoever gets used to following one from a message can be sent anywhere.
 */
const TEXT = `Look into your inbox: amana reports list, or your handler's page.
This message comes every day at the same time, with the same words, whether or not anything was reported. It has no link. Never follow one, and never enter a key or a passphrase because a message asks for it. If it does not come one day, tell whoever runs the server.

Consultez votre boîte de réception : amana reports list, ou votre page de traitement.
Ce message arrive chaque jour à la même heure, avec les mêmes mots, qu'il y ait eu un signalement ou non. Il ne contient aucun lien. N'en suivez jamais, et ne saisissez jamais une clé ou une phrase secrète parce qu'un message le demande. S'il n'arrive pas un jour, prévenez l'exploitant du serveur.

اطّلع على صندوق الوارد الخاص بك: amana reports list أو صفحة المعالجة.
تصل هذه الرسالة كل يوم في الوقت نفسه وبالكلمات نفسها، سواء ورد بلاغ أم لم يرد. لا تحتوي على أي رابط. لا تتبع أي رابط، ولا تُدخل مفتاحًا أو عبارة مرور لأن رسالةً طلبت ذلك. إن لم تصل ذات يوم فأبلغ من يشغّل الخادم.
`;

/** How long a mail server may be silent, in milliseconds. */
const SILENCE = 30_000;

/** Hands messages over by SMTP, one connection for each. `rng` makes Message-IDs: nothing in them is a time or a number. */
export function smtp({ from, server, port, tls, login, ca }: NotificationSettings, rng: Rng): SendMail {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  const transport = createTransport({
    host: server,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    tls: { minVersion: "TLSv1.2", ...(ca === null ? {} : { ca }) },
    // Without a name it would tell the provider what this machine is called.
    name: domain,
    connectionTimeout: SILENCE,
    greetingTimeout: SILENCE,
    socketTimeout: SILENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
  });
  return async (to, day, signal) => {
    try {
      const { rejected } = await transport.sendMail({
        envelope: { from, to: [...to] },
        from,
        to: from,
        subject: SUBJECT,
        text: TEXT,
        textEncoding: "base64",
        date: day,
        messageId: `<${toHex(rng(16))}@${domain}>`,
        headers: { "Auto-Submitted": "auto-generated" },
        signal,
      });
      const refused = new Set(rejected.map(String));
      const left = to.filter((address) => refused.has(address));
      return { left, refusal: left.length > 0 ? "refused" : null };
    } catch (error) {
      return { left: to, refusal: refusalOf(error) };
    }
  };
}

function refusalOf(error: unknown): MailRefusal {
  const { code } = error as { code?: unknown };
  if (code === "ETLS") return "tls";
  if (code === "EAUTH" || code === "ENOAUTH") return "credentials";
  if (code === "EENVELOPE" || code === "EMESSAGE") return "refused";
  // A certificate that is not trusted ends the handshake as an error of the socket.
  return code === "ESOCKET" && /certificate|altnames|self-signed/i.test(String(error)) ? "tls" : "unreachable";
}
