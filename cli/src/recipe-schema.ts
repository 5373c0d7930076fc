/**
 * What a recipe may say, as a schema.
 *
 * It is strict: a key that nobody knows is an error and not a wish that is silently ignored. The same schema, as JSON
 * Schema, lets editors complete and check a recipe while it is written.
 */
import { z } from "zod";

export const positive = z.number().positive();
const whole = z.int().min(1);
const fraction = z.number().min(0).lt(1);
const part = z.number().min(0).max(1);
const decay = z.number().min(0).describe("Decoupled weight decay of the weights, per step and learning rate.");
const peak = positive.describe("The size of a step: the schedule's peak.");
const warmup = fraction.describe("The part of all steps over which the rate rises.");

const layer = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("dense"),
    units: whole.describe("How many outputs."),
    bias: z.boolean().optional().describe("Default true. Ahead of a batch norm it would be without effect."),
    initializer: z
      .enum(["heUniform", "heNormal", "glorotUniform", "glorotNormal", "lecunUniform", "lecunNormal"])
      .optional()
      .describe("How the weights start; default heUniform."),
  }),
  z.strictObject({
    type: z.literal("batchNorm"),
    momentum: part.optional().describe("How much of each batch enters the running averages; default 0.1."),
    epsilon: positive.optional().describe("Added to the variance before the root; default 1e-5."),
  }),
  z.strictObject({
    type: z.literal("dropout"),
    rate: fraction.describe("The part of the numbers that is put out in training."),
  }),
  z.strictObject({ type: z.literal("flatten") }),
  z.strictObject({ type: z.literal("relu") }),
  z.strictObject({ type: z.literal("sigmoid") }),
  z.strictObject({ type: z.literal("tanh") }),
  z.strictObject({ type: z.literal("softmax") }),
]);

const betas = {
  beta1: fraction.optional().describe("Default 0.9."),
  beta2: fraction.optional().describe("Default 0.999."),
  epsilon: positive.optional().describe("Default 1e-8."),
};
const velocity = fraction.optional().describe("The part of the velocity that is kept; default 0.9.");

const optimizer = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("sgd"), learningRate: peak, weightDecay: decay.optional() }),
  z.strictObject({
    type: z.literal("momentum"),
    learningRate: peak,
    momentum: velocity,
    weightDecay: decay.optional(),
  }),
  z.strictObject({
    type: z.literal("nesterov"),
    learningRate: peak,
    momentum: velocity,
    weightDecay: decay.optional(),
  }),
  z.strictObject({ type: z.literal("adam"), learningRate: peak, ...betas }),
  z.strictObject({ type: z.literal("adamw"), learningRate: peak, ...betas, weightDecay: decay.optional() }),
]);

const schedule = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("constant"), warmup: warmup.optional() }),
  z.strictObject({
    type: z.literal("step"),
    every: whole.describe("In epochs."),
    factor: part.optional().describe("Default 0.1."),
    warmup: warmup.optional(),
  }),
  z.strictObject({
    type: z.literal("cosine"),
    final: part.optional().describe("The factor at the end; default 0."),
    warmup: warmup.optional(),
  }),
  z.strictObject({
    type: z.literal("oneCycle"),
    warmup: warmup.optional(),
    start: part.optional().describe("The factor of the first step; default 0.04."),
    final: part.optional().describe("The factor after the last step; default 0."),
  }),
]);

export const recipe = z.strictObject({
  $schema: z.string().optional(),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,63}$/)
    .describe("Letters, digits, - and _; runs are called after it."),
  summary: z.string().default("").describe("One line: what it is and what to expect of it."),
  data: z.literal("mnist").default("mnist"),
  architecture: z.strictObject({
    input: z.array(whole).min(1).max(4).describe("The shape of one sample: [28, 28, 1]."),
    layers: z.array(layer).min(1),
  }),
  optimizer,
  schedule,
  batchSize: whole.describe("Samples per step."),
  epochs: whole.describe("Passes over the training samples; they set the schedule's length."),
  loss: z
    .strictObject({ type: z.literal("crossEntropy").default("crossEntropy"), labelSmoothing: fraction.optional() })
    .optional(),
  clipNorm: positive.optional().describe("The largest L2 norm of all gradients together; default: no limit."),
  augmentation: z
    .array(z.strictObject({ type: z.literal("shift"), pixels: z.int().min(0).max(27) }))
    .optional()
    .describe("Changes to the training pictures, in this order."),
  earlyStopping: z
    .strictObject({ patience: whole, minimumImprovement: z.number().min(0).optional() })
    .optional()
    .describe("Ends the training when the validation loss no longer falls."),
});

/** The JSON Schema of recipes, for editors. */
export function recipeSchema(): z.core.JSONSchema.JSONSchema {
  return { title: "A recipe of Inkling", ...z.toJSONSchema(recipe, { io: "input" }) };
}
