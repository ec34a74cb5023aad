// Requests to the API: where it is, and what its answers say.

let baseUrl = "";

/** Say where the API is, for example "http://127.0.0.1:5000". */
export function setBaseUrl(url) {
  baseUrl = url;
}

/** fetch from the API. It throws an Error if no answer comes at all. */
export async function send(path, options) {
  try {
    return await fetch(baseUrl + path, options);
  } catch {
    throw new Error("Server not reachable");
  }
}

/** The options of a POST request with JSON. */
export function inJson(data) {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(data),
  };
}

/** The data of an answer. It throws an Error with the sentence of the API if the answer is an error. */
export async function readData(response) {
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(data?.msg ?? `The server answered ${response.status}`);
  return data;
}
