// The page for people: a picture goes to POST /classify, and the answer is shown.

import { hasCamera, openCamera } from "./camera.js";
import { programs } from "./programs.js";

const MOST_BARS = 5;
// What the card says first, and how it is called; whatever else the model brings follows.
const CARD = {
  run: "Run",
  epoch: "Epoch",
  dataset: "Data set",
  validation_accuracy: "Accuracy on held-out images",
  test_accuracy: "Accuracy on test images",
};

const at = (id) => document.getElementById(id);
let models = [];
let token = "";
let request = 0; // The newest picture's: an answer to an older one is not shown.
let shown = ""; // The address of the picture that is shown.

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

async function ask(path, options = {}) {
  const headers = token ? { ...options.headers, Authorization: `Bearer ${token}` } : options.headers;
  const answer = await fetch(path, { ...options, headers });
  at("access").hidden = answer.status !== 401;
  if (!answer.ok) {
    const text = await answer.text();
    throw new Error(reason(text) || `the server answered ${answer.status}`);
  }
  return answer;
}

function reason(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return text.slice(0, 200);
  }
}

function tell(text, failed = false) {
  at("status").textContent = text;
  at("status").classList.toggle("failed", failed);
}

function percent(share) {
  return `${(100 * share).toFixed(share < 0.0995 ? 2 : 1)} %`;
}

const chosen = () => models.find((model) => model.name === at("model").value);

async function loadModels() {
  try {
    models = (await (await ask("models")).json()).models;
  } catch (e) {
    at("about").textContent = `No model can be asked: ${e.message}`;
    return;
  }
  at("model").replaceChildren(
    ...models.map(({ name }) => element("option", { value: name, textContent: name })));
  at("choice").hidden = models.length < 2;
  showModel();
}

function showModel() {
  const model = chosen();
  if (!model) {
    at("about").textContent = "No model is loaded yet. Reload the page in a moment.";
    return;
  }
  const { height, width, channels } = model.image;
  at("about").textContent =
    `${model.name}, version ${model.version}, knows ${model.classes.length} classes ` +
    `and looks at ${width}×${height} pixels${channels === 1 ? " in grey" : ""}.`;
  at("seen-size").textContent = `Seen by the model, ${width}×${height}`;
  showCard(model);
  showExamples(model);
  showPrograms(model);
}

function showCard(model) {
  const first = Object.keys(CARD).filter((key) => key in model.origin);
  const rest = Object.keys(model.origin).filter((key) => !(key in CARD) && key !== "epochs");
  const rows = [...first, ...rest].map((key) => [CARD[key] ?? title(key), cardValue(model.origin, key)]);
  rows.push(["Classes", model.classes.join(", ")]);
  at("card").replaceChildren(
    ...rows.flatMap(([name, value]) => [
      element("dt", { textContent: name }),
      element("dd", { textContent: value }),
    ]));
}

function title(key) {
  return key.charAt(0).toUpperCase() + key.slice(1).replaceAll("_", " ");
}

function cardValue(origin, key) {
  const value = origin[key];
  if (key === "epoch" && origin.epochs) {
    return `${value} of ${origin.epochs}`;
  }
  return key.endsWith("accuracy") && value !== "" && Number(value) <= 1 ? percent(Number(value)) : value;
}

async function showExamples(model) {
  const list = at("examples").querySelector("ul");
  at("examples").hidden = model.examples.length === 0;
  list.replaceChildren();
  for (const [i, file] of model.examples.entries()) {
    const path = `models/${encodeURIComponent(model.name)}/examples/${encodeURIComponent(file)}`;
    try {
      const picture = await (await ask(path)).blob();
      if (chosen() !== model) {
        return;
      }
      const image = element("img", { src: URL.createObjectURL(picture), alt: `Example ${i + 1}` });
      const button = element("button", { type: "button", onclick: () => classify(picture) }, image);
      list.append(element("li", {}, button));
    } catch (e) {
      tell(`Example ${i + 1} cannot be shown: ${e.message}`, true);
    }
  }
}

function showPrograms(model) {
  const address = location.origin + location.pathname.replace(/\/[^/]*$/, "");
  at("programs").replaceChildren(
    ...programs(address, model.name, token !== "").map(([title, text], i) => {
      const code = element("pre", { tabIndex: 0, textContent: text });
      code.setAttribute("aria-label", `Call from ${title}`);
      const copy = element("button", { type: "button", textContent: "Copy" });
      copy.setAttribute("aria-label", `Copy the call from ${title}`);
      copy.onclick = async () => {
        try {
          await navigator.clipboard.writeText(text);
          copy.textContent = "Copied";
        } catch {
          getSelection().selectAllChildren(code); // Without leave to copy: one key is left to press.
          copy.textContent = "Selected";
        }
      };
      return element("details", { open: i === 0 }, element("summary", { textContent: title }), code, copy);
    }));
}

async function classify(picture) {
  const mine = ++request;
  const model = chosen();
  if (!model) {
    tell("There is no model to ask.", true);
    return;
  }
  tell("Looking …");
  const began = performance.now();
  try {
    const query = new URLSearchParams({ model: model.name, top: Math.min(MOST_BARS, model.classes.length), seen: true });
    const answer = await (await ask(`classify?${query}`, { method: "POST", body: picture })).json();
    if (mine === request) {
      showAnswer(picture, answer, performance.now() - began);
    }
  } catch (e) {
    if (mine === request) {
      at("answer").hidden = true;
      tell(`That did not work: ${e.message}`, true);
    }
  }
}

function showAnswer(picture, answer, milliseconds) {
  URL.revokeObjectURL(shown);
  shown = URL.createObjectURL(picture);
  at("sent").src = shown;
  at("seen").src = `data:image/png;base64,${answer.seen}`;
  at("bars").replaceChildren(
    ...answer.top.map(({ label, probability }) => {
      const bar = element("progress", { max: 1, value: probability });
      bar.setAttribute("aria-label", `Probability of ${label}`);
      return element(
        "li", {}, element("span", { textContent: label }), element("span", { textContent: percent(probability) }), bar);
    }));
  at("warnings").replaceChildren(...answer.warnings.map((text) => element("li", { textContent: text })));
  at("answer").hidden = false;
  tell(
    `${answer.label}, ${percent(answer.probability)}. ${answer.milliseconds.toFixed(1)} ms in the server, ` +
      `${milliseconds.toFixed(0)} ms with the way there.`);
}

function pictureOf(files) {
  return [...files].find((file) => file.type.startsWith("image/")) ?? files[0];
}

function listen() {
  const drop = at("drop");
  addEventListener("dragover", (event) => event.preventDefault()); // Else the browser would open the file.
  addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const picture = pictureOf(event.dataTransfer.files);
    if (picture) {
      classify(picture);
    } else {
      tell("That is no file. Save the picture first, then drop it.", true);
    }
  });
  drop.addEventListener("dragenter", () => drop.classList.add("over"));
  drop.addEventListener("dragleave", (event) => {
    if (!drop.contains(event.relatedTarget)) {
      drop.classList.remove("over");
    }
  });
  addEventListener("paste", (event) => {
    const picture = pictureOf(event.clipboardData.files);
    if (picture) {
      event.preventDefault();
      classify(picture);
    }
  });
  at("file").addEventListener("change", () => {
    if (at("file").files.length > 0) {
      classify(at("file").files[0]);
      at("file").value = ""; // The same file again is a change, too.
    }
  });
  at("model").addEventListener("change", showModel);
  at("access").addEventListener("submit", (event) => {
    event.preventDefault();
    token = at("token").value;
    loadModels();
  });
  at("camera").hidden = !hasCamera;
  at("camera").addEventListener("click", async () => {
    try {
      await openCamera(classify);
    } catch (e) {
      tell(`The camera cannot be used: ${e.message}`, true);
    }
  });
}

listen();
loadModels();
