/** The trainings of works, in a page; the digits come from the server. */
import { createEngine } from "inkling";
import { mnist } from "inkling/digits";
import { models } from "../models.js";
import { timeTraining } from "../training.js";

/** @param {{ work: "W1" | "W2" | "W3", threads: number, module: string, epochs: number, batches?: number }} options */
export async function trainInPage({ work, threads, module, epochs, batches }) {
  const data = await mnist(async (name) => new Uint8Array(await (await fetch(`/${name}`)).arrayBuffer()));
  const engine = await createEngine({ threads, module });
  const result = await timeTraining(engine, models[work], { data, epochs, batches }, () => {});
  const conditions = { threads: engine.threads, module: engine.module, browser: navigator.userAgent };
  engine.close();
  return { work, ...result, ...conditions };
}
