// Asks a server with @grpc/grpc-js, messages read from its .proto files: both services, and health.
//
//     node clients.mjs HOST:PORT PROTO_FOLDER:… IMAGES MODEL
//
// IMAGES holds images of 32x32x3 bytes. Prints a line of JSON for each client: its name and, for each
// image, the probabilities and the label that were answered.
import { credentials, loadPackageDefinition } from "@grpc/grpc-js";
import { load } from "@grpc/proto-loader";
import { readFileSync } from "node:fs";

const SIZE = 32 * 32 * 3;
const [address, protos, file, model] = process.argv.slice(2);
const images = readFileSync(file);
const count = images.length / SIZE;

async function service(proto, ...names) {
  const definition = await load(proto, {
    includeDirs: protos.split(":"),
    keepCase: true,
    enums: String,
    defaults: true,
  });
  let found = loadPackageDefinition(definition);
  for (const name of names) {
    found = found[name];
  }
  return new found(address, credentials.createInsecure());
}

const call = (client, method, request) =>
  new Promise((resolve, reject) =>
    client[method](request, { deadline: Date.now() + 20_000 }, (error, answer) => (error ? reject(error) : resolve(answer))));

const image = (i) => images.subarray(i * SIZE, (i + 1) * SIZE);

function floats(bytes) {
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

function say(name, answers) {
  console.log(JSON.stringify({ name, answers }));
}

const health = await service("health.proto", "grpc", "health", "v1", "Health");
for (const name of ["", "tensorflow.serving.PredictionService", "inference.GRPCInferenceService"]) {
  const { status } = await call(health, "check", { service: name });
  if (status !== "SERVING") {
    throw new Error(`health of "${name}" is ${status}`);
  }
}

const prediction = await service("tensorflow_serving/apis/prediction_service.proto", "tensorflow", "serving", "PredictionService");
const predicted = [];
for (let i = 0; i < count; i++) {
  const { outputs } = await call(prediction, "Predict", {
    model_spec: { name: model },
    inputs: {
      images: {
        dtype: "DT_UINT8",
        tensor_shape: { dim: [1, 32, 32, 3].map((size) => ({ size })) },
        tensor_content: image(i),
      },
    },
  });
  const { float_val, tensor_content } = outputs.probabilities;
  predicted.push([float_val.length ? float_val : floats(tensor_content), outputs.label.string_val[0].toString()]);
}
say("grpc-js, PredictionService.Predict", predicted);

const inference = await service("inference.proto", "inference", "GRPCInferenceService");
const { ready } = await call(inference, "ModelReady", { name: model });
if (!ready) {
  throw new Error(`${model} is not ready`);
}
const inferred = [];
for (let i = 0; i < count; i++) {
  const answer = await call(inference, "ModelInfer", {
    model_name: model,
    id: `${i}`,
    inputs: [{ name: "images", datatype: "UINT8", shape: [1, 32, 32, 3] }],
    outputs: [{ name: "probabilities" }, { name: "label" }],
    raw_input_contents: [image(i)],
  });
  if (answer.id !== `${i}`) {
    throw new Error(`request ${i} was answered as ${answer.id}`);
  }
  // A BYTES tensor's elements each stand behind their length, of four bytes.
  inferred.push([floats(answer.raw_output_contents[0]), answer.raw_output_contents[1].subarray(4).toString()]);
}
say("grpc-js, GRPCInferenceService.ModelInfer", inferred);
