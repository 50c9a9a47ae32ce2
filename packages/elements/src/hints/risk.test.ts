import { describe, expect, it } from "vitest";
import { risksIn } from "./index.ts";

describe("risksIn", () => {
  it.each([
    "It took three weeks in 2023 and 2024-2025, and cost 1 000 000 dinars.",
    "Le délai est passé de 12 à 30 jours depuis le 12.05.2024.",
    "We read what the World Customs Organization asked for",
    "le bureau de la Direction Générale, au Port de commerce",
    "قالوا إن علي دفع مبلغ حسن، والقرار غير منصف",
    "انتظرنا ثلاثة أسابيع وطُلب منا مبلغ صغير في سنة ٢٠٢٤",
    "Il faut publier les tarifs et les motifs par écrit.",
    "The officers are polite",
  ])("says nothing about %j", (text) => {
    expect(risksIn(text)).toEqual([]);
  });

  it.each([
    ["write to amine@example.tn", "email"],
    ["amine [at] example.org", "email"],
    ["call 20 123 456", "number"],
    ["+216 71 123 456", "number"],
    ["الهاتف ٢٠١٢٣٤٥٦", "number"],
    ["CIN 09876543", "number"],
    ["le camion 123 TU 4567", "plate"],
    ["الشاحنة 123 تونس 4567", "plate"],
    ["الشاحنة ١٢٣ تونس ٤٥٦٧", "plate"],
    ["the lorry AB-123-CD", "plate"],
    ["12345-أ-6", "plate"],
    ["Mr Trabelsi asked for it", "name"],
    ["c’est Mme Gharbi qui décide", "name"],
    ["we spoke with Amine Trabelsi there", "name"],
    ["Sami ben Youssef", "name"],
    ["السيد فلان طلب ذلك", "name"],
    ["قال لي سامي بن علي", "name"],
  ] as const)("warns about %j", (text, risk) => {
    expect(risksIn(text)).toContain(risk);
  });

  it("names each kind once", () => {
    expect(risksIn("Mr Ali, 20 123 456, 20 123 457, a@b.tn, AB-123-CD")).toEqual(["email", "number", "plate", "name"]);
  });

  it("answers at once on a long text", () => {
    const started = performance.now();
    risksIn("1-".repeat(6_000));
    risksIn("A".repeat(12_000));
    risksIn("a@".repeat(6_000));
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it.each(["Only I knew about it.", "Il n'y avait que moi, j’étais le seul présent.", "لا يعرف أحد غيري هذا الأمر", "ولم يكن هناك غيري"])(
    "notices who alone knew: %s",
    (text) => {
      expect(risksIn(text)).toContain("alone");
    },
  );

  it.each(["I paid only in May.", "Je ne savais pas.", "كنت في المكتب"])("says nothing of: %s", (text) => {
    expect(risksIn(text)).not.toContain("alone");
  });
});
