/** `@amana/elements/survey`: what a page loads for a survey or consultation alone, with a dynamic import. */
export { defineSurvey } from "./define.ts";
export { AmanaSurvey } from "./survey-element.ts";
