/**
 * The networks of W1 and W3 with random weights as ONNX files, written here: the few fields of the format that they need,
 * so that neither PyTorch nor a package is wanted for it.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the numbers of the fields
 */
import { weights } from "./common.js";

// protocol buffers: a key (field number, kind of what follows), then a number or a length and so many bytes
const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))]);
const number = (field, value) => Buffer.from([...varint(field << 3), ...varint(value)]);
const bytes = (field, content) =>
  Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
const text = (field, value) => bytes(field, Buffer.from(value));
const message = (field, ...fields) => bytes(field, Buffer.concat(fields));

const FLOAT = 1;

/** TensorProto */
const tensor = (name, shape, inputs) => {
  const values = weights(
    shape.reduce((size, length) => size * length),
    inputs,
  );
  const lengths = shape.map((length) => number(1, length));
  return message(5, ...lengths, number(2, FLOAT), text(8, name), bytes(9, Buffer.from(values.buffer)));
};

/** NodeProto; attributes are lists of whole numbers. */
const node = (type, inputs, output, attributes = {}) =>
  message(
    1,
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, type),
    ...Object.entries(attributes).map(([name, values]) =>
      message(5, text(1, name), ...values.map((value) => number(8, value)), number(20, 7)),
    ),
  );

/** ValueInfoProto; the first axis is named, so that it may have any length. */
const value = (field, name, shape) => {
  const axes = [message(1, text(2, "batch")), ...shape.map((length) => message(1, number(1, length)))];
  return message(field, text(1, name), message(2, message(1, number(1, FLOAT), message(2, ...axes))));
};

/** ModelProto */
const model = (input, nodes, tensors) =>
  Buffer.concat([
    number(1, 7), // version of the format
    message(7, ...nodes, text(2, "network"), ...tensors, value(11, "x", input), value(12, "y", [10])),
    message(8, number(2, 13)), // version of the operators
  ]);

const square = (size) => [size, size];
const convolution = (x, layer, y) => [
  node("Conv", [x, `${layer}.weight`, `${layer}.bias`], `${layer}.sum`, { kernel_shape: square(3) }),
  node("Relu", [`${layer}.sum`], `${layer}.relu`),
  node("MaxPool", [`${layer}.relu`], y, { kernel_shape: square(2), strides: square(2) }),
];

export const onnxModels = {
  W1: () =>
    model(
      [784],
      [
        node("Gemm", ["x", "0.weight", "0.bias"], "0.sum"),
        node("Relu", ["0.sum"], "hidden"),
        node("Gemm", ["hidden", "1.weight", "1.bias"], "y"),
      ],
      [
        ...[tensor("0.weight", [784, 128], 784), tensor("0.bias", [128], 784)],
        ...[tensor("1.weight", [128, 10], 128), tensor("1.bias", [10], 128)],
      ],
    ),
  W3: () =>
    model(
      [1, 28, 28],
      [
        ...convolution("x", "0", "0.pool"),
        ...convolution("0.pool", "1", "1.pool"),
        node("Flatten", ["1.pool"], "flat"),
        node("Gemm", ["flat", "2.weight", "2.bias"], "y"),
      ],
      [
        ...[tensor("0.weight", [32, 1, 3, 3], 9), tensor("0.bias", [32], 9)],
        ...[tensor("1.weight", [64, 32, 3, 3], 288), tensor("1.bias", [64], 288)],
        ...[tensor("2.weight", [1600, 10], 1600), tensor("2.bias", [10], 1600)],
      ],
    ),
};
