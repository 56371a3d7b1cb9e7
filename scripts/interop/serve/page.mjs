// Looks at the page for people in a real browser, as a person uses it.
//
//     node page.mjs URL BROWSER PICTURE FOLDER
//
// Prints a line of JSON for each check: whether it is good, what was looked at, and what was found.
// Leaves screenshots in FOLDER. Exit code 1 if it could not be looked at.
import { chromium } from "playwright-core";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [url, executablePath, picture, folder] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const png = readFileSync(picture);
const WAYS = {
  light: { viewport: { width: 1100, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1100, height: 900 }, colorScheme: "dark" },
  narrow: { viewport: { width: 320, height: 700 }, colorScheme: "light", hasTouch: true, isMobile: true },
};

const check = (good, what, found = "") => console.log(JSON.stringify([good, what, `${found}`]));

mkdirSync(folder, { recursive: true });
// Root, as in a container, has no sandbox of Chromium's.
const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath, args: [...sandbox, "--disable-gpu", "--no-first-run"] });

/** Opens the page; what it says on the console, and whom else it asks, is gathered in the two lists. */
async function open(options) {
  const page = await (await browser.newContext(options)).newPage();
  const complaints = [];
  const elsewhere = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure().errorText}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`) && !/^(data|blob):/.test(request.url())) {
      elsewhere.push(request.url());
    }
  });
  const answer = await page.goto(`${url}/`);
  await page.waitForSelector("#examples button img");
  await page.waitForLoadState("networkidle"); // the other examples
  return { page, complaints, elsewhere, answer };
}

/** The picture as what is dropped or pasted. */
const transfer = (page) =>
  page.evaluateHandle((data) => {
    const all = new DataTransfer();
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    all.items.add(new File([bytes], "picture.png", { type: "image/png" }));
    return all;
  }, png.toString("base64"));

/** Waits for the answer to what was just sent, and reads it. */
async function answered(page) {
  await page.waitForFunction(
    () =>
      /ms in the server/.test(document.getElementById("status").textContent) &&
      ["sent", "seen"].every((id) => document.getElementById(id).complete));
  return page.evaluate(() => ({
    status: document.getElementById("status").textContent,
    bars: [...document.querySelectorAll("#bars li")].map((bar) => ({
      label: bar.querySelector("span").textContent,
      share: bar.querySelector("progress").value,
    })),
    seen: document.getElementById("seen").naturalWidth,
    sent: document.getElementById("sent").naturalWidth,
    shown: document.getElementById("bars").getBoundingClientRect().height > 0,
  }));
}

async function forget(page) {
  await page.evaluate(() => {
    document.getElementById("status").textContent = "";
    document.getElementById("bars").replaceChildren();
  });
}

const expected = await (await fetch(`${url}/classify?top=5`, { method: "POST", body: png })).json();

function checkAnswer(what, { status, bars, seen, sent, shown }) {
  const same = bars.length === expected.top.length && bars.every(
    (bar, i) => bar.label === expected.top[i].label && Math.abs(bar.share - expected.top[i].probability) < 1e-6);
  check(status.startsWith(`${expected.label}, `) && same && shown, `${what}: the label and the bars`, status);
  check(seen === 32 && sent === 32, `${what}: the picture that was sent and the one that was seen`, `${sent}, ${seen}`);
}

async function accessible(name, options) {
  const { page } = await open({ ...options, bypassCSP: true });
  await page.click("#examples button");
  await answered(page);
  await page.addScriptTag({ content: axe });
  const { violations, passes } = await page.evaluate(() => axe.run());
  const bad = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  check(
    bad.length === 0 && passes.length > 20, `${name}: axe-core finds nothing serious`,
    bad.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`).join("; ") || `${passes.length} rules passed`);
}

for (const [name, options] of Object.entries(WAYS)) {
  const { page, complaints, elsewhere, answer } = await open(options);
  check((answer.headers()["content-security-policy"] ?? "").includes("default-src 'none'"), `${name}: nothing from elsewhere is allowed`);
  await page.dispatchEvent("#drop", "drop", { dataTransfer: await transfer(page) });
  checkAnswer(`${name}: dropped`, await answered(page));

  await forget(page);
  await page.evaluate((all) => dispatchEvent(new ClipboardEvent("paste", { clipboardData: all })), await transfer(page));
  checkAnswer(`${name}: pasted`, await answered(page));

  await forget(page);
  await page.setInputFiles("#file", picture);
  checkAnswer(`${name}: chosen`, await answered(page));

  await forget(page);
  await page.click("#examples button");
  const example = await answered(page);
  check(example.bars.length === 5 && example.seen === 32, `${name}: an example, clicked`, example.status);

  const { width, most } = await page.evaluate(() => ({ width: innerWidth, most: document.documentElement.scrollWidth }));
  check(most <= width, `${name}: no scrolling sideways`, `${most} of ${width}`);
  const paper = await page.evaluate(() => {
    const color = getComputedStyle(document.body).backgroundColor;
    const rgb = (color === "rgba(0, 0, 0, 0)" ? getComputedStyle(document.documentElement).backgroundColor : color).match(/\d+/g);
    return rgb.slice(0, 3).reduce((sum, each) => sum + Number(each), 0) / 3;
  });
  check(options.colorScheme === "dark" ? paper < 80 : paper > 175, `${name}: the paper's brightness`, paper.toFixed(0));
  check(complaints.length === 0, `${name}: nothing on the console`, complaints.join("; "));
  check(elsewhere.length === 0, `${name}: no other host was asked`, elsewhere.join(", "));
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  await accessible(name, options);
}

// By keyboard alone: every control is reached by Tab, seen when it is, and an example answers to Enter.
const { page } = await open(WAYS.light);
const controls = await page.evaluate(
  () => [...document.querySelectorAll("a[href], button, input, select, summary, pre")].filter((each) => each.checkVisibility()).length);
const reached = new Set();
let unseen = 0;
let example = "";
for (let i = 0; i < controls + 5; i++) {
  await page.keyboard.press("Tab");
  const at = await page.evaluate(() => {
    const each = document.activeElement;
    const style = getComputedStyle(each);
    const label = each.labels?.[0] && getComputedStyle(each.labels[0]);
    const marked = [style, label].some((one) => one && (one.outlineStyle !== "none" || one.boxShadow !== "none"));
    return {
      key: [...document.querySelectorAll("*")].indexOf(each),
      body: each === document.body,
      marked,
      example: each.closest("#examples") !== null,
    };
  });
  if (at.body || reached.has(at.key)) {
    continue;
  }
  reached.add(at.key);
  unseen += !at.marked;
  if (at.example && !example) {
    await page.keyboard.press("Enter");
    example = (await answered(page)).status;
  }
}
check(reached.size >= controls, "keyboard: Tab reaches every control", `${reached.size} of ${controls}`);
check(unseen === 0, "keyboard: what is reached is marked", `${unseen} are not`);
check(example !== "", "keyboard: Enter on an example answers", example);

// What is no picture is said in words, and the page goes on.
await page.setInputFiles("#file", { name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("not a picture") });
await page.waitForSelector("#status.failed");
check(/That did not work: .*is no PNG/.test(await page.textContent("#status")), "what is no picture is told of", await page.textContent("#status"));
await page.setInputFiles("#file", picture);
checkAnswer("after that", await answered(page));
await browser.close();
