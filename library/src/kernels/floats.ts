/** The numbers that kernels work on: f32 for speed, f64 where derivatives are checked. */
export type Floats = Float32Array | Float64Array;
