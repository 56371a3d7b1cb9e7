// What to send from a program, with this server's address and the chosen model.

/** Titles and texts; a token is asked for, never written into the text. */
export function programs(address, model, asksForToken) {
  const url = `${address}/classify?model=${encodeURIComponent(model)}`;
  return [
    ["curl", curl(url, asksForToken)],
    ["Python", python(url, asksForToken)],
    ["Java", java(url, asksForToken)],
    ["JavaScript", javascript(url, asksForToken)],
  ];
}

function curl(url, asksForToken) {
  const token = asksForToken ? '-H "Authorization: Bearer $TOKEN" ' : "";
  return `curl ${token}--data-binary @cat.jpg '${url}'`;
}

function python(url, asksForToken) {
  const headers = asksForToken ? ', headers={"Authorization": "Bearer " + os.environ["TOKEN"]}' : "";
  return `${asksForToken ? "import os\n" : ""}import requests

with open("cat.jpg", "rb") as picture:
    answer = requests.post("${url}", data=picture${headers})
answer.raise_for_status()
print(answer.json()["label"], answer.json()["probability"])`;
}

function java(url, asksForToken) {
  const header = asksForToken
    ? '\n        .header("Authorization", "Bearer " + System.getenv("TOKEN"))'
    : "";
  return `var request =
    HttpRequest.newBuilder(URI.create("${url}"))${header}
        .POST(HttpRequest.BodyPublishers.ofFile(Path.of("cat.jpg")))
        .build();
var answer =
    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
System.out.println(answer.statusCode() + " " + answer.body());`;
}

function javascript(url, asksForToken) {
  const headers = asksForToken ? '\n  headers: { Authorization: "Bearer " + process.env.TOKEN },' : "";
  return `import { readFile } from "node:fs/promises";

const answer = await fetch("${url}", {
  method: "POST",${headers}
  body: await readFile("cat.jpg"),
});
console.log(answer.status, await answer.json());`;
}
