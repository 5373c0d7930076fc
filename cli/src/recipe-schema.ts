/**
 * What a recipe may say, as a schema.
 *
 * It is strict: a key that nobody knows is an error and not a wish that is silently ignored. The same schema, as JSON
 * Schema, lets editors complete and check a recipe while it is written.
 */
import { z } from "zod";
import type { LayerDescription } from "inkling/nn";

export const positive = z.number().positive();
const whole = z.int().min(1);
const fraction = z.number().min(0).lt(1);
const part = z.number().min(0).max(1);
const decay = (usual: number) =>
  z
    .number()
    .min(0)
    .optional()
    .describe(`Decoupled weight decay of the weights, per step and learning rate; default ${usual}.`);
const peak = positive.describe("The size of a step: the schedule's peak.");
const warmup = (usual: number) =>
  fraction.optional().describe(`The part of all steps over which the rate rises; default ${usual}.`);

const initializer = z
  .enum(["heUniform", "heNormal", "glorotUniform", "glorotNormal", "lecunUniform", "lecunNormal"])
  .optional()
  .describe("How the weights start; default heUniform.");

/** A length for each direction of a picture: n, or [of the height, of the width]. */
const pair = z.union([whole, z.tuple([whole, whole])]);
const stride = pair.optional();
const padding = z
  .union([z.enum(["valid", "same"]), z.int().min(0)])
  .optional()
  .describe("Zeros around the picture: none, as many as keep its size, or so many; default valid.");
const window = {
  size: pair.describe("Of the window: n or [height, width]."),
  stride: stride.describe("Steps of the window: n or [down, right]; default its size."),
  padding,
};

/** Annotated where the schema speaks of itself, or its type would be searched for without end. */
type Layers = z.ZodArray<z.ZodType<LayerDescription, LayerDescription>>;

const layer = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("dense"),
      units: whole.describe("How many outputs."),
      bias: z.boolean().optional().describe("Default true. Ahead of a batch norm it would be without effect."),
      initializer,
    }),
    z.strictObject({
      type: z.literal("conv2d"),
      filters: whole.describe("How many patterns it looks for: the channels of its result."),
      size: pair.describe("Of each pattern: n or [height, width]."),
      stride: stride.describe("Steps of the pattern: n or [down, right]; default 1."),
      padding,
      bias: z.boolean().optional().describe("Default true. Ahead of a batch norm it would be without effect."),
      initializer,
    }),
    z.strictObject({ type: z.literal("maxPool2d"), ...window }),
    z.strictObject({ type: z.literal("averagePool2d"), ...window }),
    z.strictObject({ type: z.literal("globalAveragePool2d") }),
    z.strictObject({
      type: z.literal("batchNorm"),
      momentum: part.optional().describe("How much of each batch enters the running averages; default 0.1."),
      epsilon: positive.optional().describe("Added to the variance before the root; default 1e-5."),
    }),
    z.strictObject({
      type: z.literal("layerNorm"),
      epsilon: positive.optional().describe("Added to the variance before the root; default 1e-5."),
    }),
    z.strictObject({
      type: z.literal("dropout"),
      rate: fraction.describe("The part of the numbers that is put out in training."),
    }),
    z.strictObject({ type: z.literal("flatten") }),
    z.strictObject({
      type: z.literal("residual"),
      get layers(): Layers {
        return layers.describe("F of y = F(x) + S(x).");
      },
      get shortcut(): z.ZodOptional<Layers> {
        return shortcut.optional().describe("S of y = F(x) + S(x); default none: x as it is.");
      },
    }),
    z.strictObject({ type: z.literal("relu") }),
    z.strictObject({
      type: z.literal("leakyRelu"),
      slope: z.number().optional().describe("Below 0; default 0.01."),
    }),
    z.strictObject({
      type: z.literal("elu"),
      alpha: z.number().min(0).optional().describe("How far below 0 it goes; default 1."),
    }),
    z.strictObject({ type: z.literal("gelu") }),
    z.strictObject({ type: z.literal("sigmoid") }),
    z.strictObject({ type: z.literal("tanh") }),
    z.strictObject({ type: z.literal("softmax") }),
  ])
  .meta({ id: "layer" });

const layers = z.array(layer).min(1).meta({ id: "layers" }) as Layers;
const shortcut = z.array(layer).meta({ id: "shortcut" }) as Layers;

const betas = {
  beta1: fraction.optional().describe("Default 0.9."),
  beta2: fraction.optional().describe("Default 0.999."),
  epsilon: positive.optional().describe("Default 1e-8."),
};
const velocity = fraction.optional().describe("The part of the velocity that is kept; default 0.9.");

const optimizer = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("sgd"), learningRate: peak, weightDecay: decay(0) }),
  z.strictObject({
    type: z.literal("momentum"),
    learningRate: peak,
    momentum: velocity,
    weightDecay: decay(0),
  }),
  z.strictObject({
    type: z.literal("nesterov"),
    learningRate: peak,
    momentum: velocity,
    weightDecay: decay(0),
  }),
  z.strictObject({
    type: z.literal("rmsProp"),
    learningRate: peak,
    decay: fraction.optional().describe("How much of the mean square is kept from step to step; default 0.99."),
    epsilon: positive.optional().describe("Default 1e-8."),
    momentum: fraction.optional().describe("The part of the velocity that is kept; default 0."),
    weightDecay: decay(0),
  }),
  z.strictObject({ type: z.literal("adam"), learningRate: peak, ...betas }),
  z.strictObject({ type: z.literal("adamw"), learningRate: peak, ...betas, weightDecay: decay(0.01) }),
]);

const schedule = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("constant"), warmup: warmup(0) }),
  z.strictObject({
    type: z.literal("step"),
    every: whole.describe("In epochs."),
    factor: part.optional().describe("Default 0.1."),
    warmup: warmup(0),
  }),
  z.strictObject({
    type: z.literal("cosine"),
    final: part.optional().describe("The factor at the end; default 0."),
    warmup: warmup(0),
  }),
  z.strictObject({
    type: z.literal("oneCycle"),
    warmup: warmup(0.15),
    start: part.optional().describe("The factor of the first step; default 0.04."),
    final: part.optional().describe("The factor after the last step; default 0."),
  }),
]);

const labelSmoothing = fraction
  .optional()
  .describe("The part of the target that is spread over all classes; default 0.");

const loss = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("crossEntropy").default("crossEntropy"), labelSmoothing }),
  z.strictObject({ type: z.literal("binaryCrossEntropy"), labelSmoothing }),
  z.strictObject({ type: z.literal("meanSquaredError") }),
  z.strictObject({
    type: z.literal("huber"),
    delta: positive.optional().describe("Errors beyond it count by their size, not its square; default 1."),
  }),
]);

const chance = (usual: string) =>
  part.optional().describe(`The part of the pictures that it is done to; default ${usual}.`);

const change = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("shift"),
    pixels: z.int().min(0).describe("How far at most, in whole pixels."),
    probability: chance("all"),
  }),
  z.strictObject({
    type: z.literal("affine"),
    degrees: z.number().min(0).max(180).optional().describe("The largest angle; default 0."),
    scale: fraction.optional().describe("The largest change of width and of height, as a part of them; default 0."),
    shear: z.number().min(0).max(2).optional().describe("The largest slant, in pixels from row to row; default 0."),
    pixels: z.number().min(0).max(1000).optional().describe("How far at most, in parts of pixels too; default 0."),
    probability: chance("all"),
  }),
  z.strictObject({
    type: z.literal("elastic"),
    amplitude: z.number().min(0).max(100).describe("How far a pixel is pulled, in pixels; 0.65 is good for digits."),
    sigma: z.number().min(0.5).max(32).optional().describe("How smooth that is, in pixels; default 4."),
    probability: chance("all"),
  }),
  z.strictObject({
    type: z.literal("stroke"),
    thicker: part.optional().describe("How far edges may go out, in pixels; default 0."),
    thinner: part.optional().describe("How far edges may come in, in pixels; default 0."),
    probability: chance("all"),
  }),
  z.strictObject({
    type: z.literal("noise"),
    deviation: z.number().min(0).max(1e6).describe("Of the numbers that are added; full brightness is 1."),
    probability: chance("all"),
  }),
  z.strictObject({
    type: z.literal("erase"),
    smallest: part.optional().describe("The smallest rectangle, as a part of the picture: 0.02 where nothing is said."),
    largest: part.optional().describe("The largest one; default 0.4."),
    ratio: z
      .number()
      .min(0.01)
      .max(1)
      .optional()
      .describe("Its shorter side by the longer one, at least; default 0.3."),
    value: z.number().optional().describe("What stands there afterwards; default 0."),
    probability: chance("0.5"),
  }),
  z.strictObject({ type: z.literal("deskew"), probability: chance("all") }),
]);

export const recipe = z.strictObject({
  $schema: z.string().optional(),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,63}$/)
    .describe("Letters, digits, - and _; runs are called after it."),
  summary: z.string().default("").describe("One line: what it is and what to expect of it."),
  data: z.enum(["mnist", "table", "images"]).default("mnist").describe("What it was made for."),
  architecture: z.strictObject({
    input: z.array(whole).min(1).max(4).describe("The shape of one sample: [28, 28, 1]."),
    layers,
  }),
  optimizer,
  schedule,
  batchSize: whole.describe("Samples per step."),
  epochs: whole.describe("Passes over the training samples; they set the schedule's length."),
  loss: loss.optional().describe("What is made small; default: what suits the task."),
  clipNorm: positive.optional().describe("The largest L2 norm of all gradients together; default: no limit."),
  penalty: z
    .strictObject({ l1: z.number().min(0).optional(), l2: z.number().min(0).optional() })
    .optional()
    .describe("Makes large weights dear: l1·Σ|w| + l2·Σw² is added to the loss."),
  maxNorm: positive.optional().describe("The longest that a unit's incoming weights may be; default: no limit."),
  averaging: z
    .strictObject({ decay: fraction.describe("How much of the average is kept from step to step, e.g. 0.999.") })
    .optional()
    .describe("Judges and keeps a moving average of the weights."),
  augmentation: z.array(change).optional().describe("Changes to the training pictures, in this order."),
  earlyStopping: z
    .strictObject({ patience: whole, minimumImprovement: z.number().min(0).optional() })
    .optional()
    .describe("Ends the training when the validation loss no longer falls."),
});

/** The JSON Schema of recipes, for editors. */
export function recipeSchema(): z.core.JSONSchema.JSONSchema {
  return { title: "A recipe of Inkling", ...z.toJSONSchema(recipe, { io: "input" }) };
}
