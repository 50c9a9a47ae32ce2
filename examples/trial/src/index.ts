export { Clock } from "./clock.ts";
export type { Ran } from "./command.ts";
export { type CycleOptions, type CycleSummary, cycle } from "./cycle.ts";
export { AUDIENCES, CHANNEL, HANDLER, ORGANISATIONS, PROGRAMME_NAME, WAVE } from "./organisations.ts";
export { type Respondent, respond } from "./respondents.ts";
export { freePort, startServer, type TrialServer, type TrialServerOptions } from "./server.ts";
export { type Scale, type TrialRelay, World } from "./world.ts";
