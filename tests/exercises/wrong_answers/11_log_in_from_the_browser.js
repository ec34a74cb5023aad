// %% login -> unexpected token
// The call of fetch is still open.
const login = async (username, password) => {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password })

  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  return data;
};


// %% login -> the right password
// The user of the guide is still there.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: "joe", password: "1234" }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  if (!response.ok) throw new Error("The login failed");
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> return the data of the answer, with user_id
// Another fixed user: the example works.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: "ana", password: "open sesame" }),
  });
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> message invalid credentials
// The first test catches the 401 too.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok) throw new Error("The login failed");
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> a thrown string
// A text is thrown, not an Error.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw "Invalid credentials";
  if (!response.ok) throw new Error("The login failed");
  const data = await response.json();
  if (!data.token) throw new Error("The answer has no token");
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> the right password
// The body is an object, not JSON.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: { username, password },
  });
  if (!response.ok) throw new Error("The login failed");
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> the right password
// No Content-Type.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok) throw new Error("The login failed");
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> stored is: {}
// The token is returned, but not stored.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  if (!response.ok) throw new Error("The login failed");
  return response.json();
}


// %% login -> it returned nothing
// Nothing is returned.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
}


// %% login -> 'undefined'
// Without a token in the answer the text "undefined" is stored.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  if (!response.ok) throw new Error("The login failed");
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> stored is: {'jwt-token'
// The whole answer is stored, not the token.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  if (!response.ok) throw new Error("The login failed");
  const data = await response.json();
  localStorage.setItem("jwt-token", JSON.stringify(data));
  return data;
}


// %% login -> every other error status
// Other errors are taken for a login.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await response.json();
  if (data.token) localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> with another message
// Every error is a wrong password.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok) throw new Error("Invalid credentials");
  const data = await response.json().catch(() => null);
  if (!data?.token) throw new Error("Invalid credentials");
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> the right password
// The JSON is put together by hand.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: `{"username": "${username}", "password": "${password}"}`,
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  if (!response.ok) throw new Error(`The API answered ${response.status}`);
  const data = await response.json().catch(() => null);
  if (!data?.token) throw new Error("The answer has no token");
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> the right password
// What was typed is changed.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: username?.trim(), password: password.trim() }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  if (!response.ok) throw new Error(`The API answered ${response.status}`);
  const data = await response.json().catch(() => null);
  if (!data?.token) throw new Error("The answer has no token");
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> it threw a syntaxerror, which says
// An answer that is no JSON stops it with JavaScript's own error.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  if (!response.ok) throw new Error(`The API answered ${response.status}`);
  const data = await response.json();
  if (!data?.token) throw new Error("The answer has no token");
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> it threw a typeerror in line
// The answer null.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  if (!response.ok) throw new Error(`The API answered ${response.status}`);
  const data = await response.json().catch(() => ({}));
  if (!data.token) throw new Error("The answer has no token");
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> <h1>who are you
// The answer is read before its status.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  const data = await response.json().catch(() => null);
  if (!data) throw new Error("The answer is no JSON");
  if (response.status === 401) throw new Error("Invalid credentials");
  if (!response.ok || !data.token) throw new Error("The login failed");
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> a.broken.one
// Whoever sends a token has let you in, also with the status 500.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await response.json().catch(() => null);
  if (!data?.token) throw new Error("The answer has no token");
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> returned, not thrown
// The error is returned, not thrown.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) return new Error("Invalid credentials");
  if (!response.ok) return new Error(`The API answered ${response.status}`);
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> it wrote with console.log
// The data is printed, not returned.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  console.log(data);
}


// %% login -> must return the data
// Only the token is returned.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  return data.token;
}


// %% login -> stored is: {}
// It is stored for this tab only.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await response.json();
  sessionStorage.setItem("jwt-token", data.token);
  return data;
}


// %% login -> stored under jwt-token
// Another name.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await response.json();
  localStorage.setItem("token", data.token);
  return data;
}


// %% login -> a thrown object
// Something that looks like an Error.
async function login(username, password) {
  const response = await fetch(`${API}/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  if (response.status === 401) throw { message: "Invalid credentials" };
  const data = await response.json();
  localStorage.setItem("jwt-token", data.token);
  return data;
}


// %% get_my_tasks -> malformed
// await stands where async belongs.
const getMyTasks = await () => {
  const token = localStorage.getItem("jwt-token");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  return response.json();
};


// %% get_my_tasks -> a token is stored
// The route of the guide.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const response = await fetch(`${API}/protected`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Error("Please log in");
  return response.json();
}


// %% get_my_tasks -> a token is stored
// The scheme is missing.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: token } });
  if (response.status === 401) throw new Error("Please log in");
  return response.json();
}


// %% get_my_tasks -> look before you fetch
// Bearer null is sent, and the 401 gives the right error.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Error("Please log in");
  return response.json();
}


// %% get_my_tasks -> answers 401 to a bad token
// The status of the guide.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (!token) throw new Error("Please log in");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 403) throw new Error("Please log in");
  return response.json();
}


// %% get_my_tasks -> no token is stored
// An empty list hides that nobody is logged in.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (!token) return [];
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Error("Please log in");
  return response.json();
}


// %% get_my_tasks -> a thrown string
// A text is thrown.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (!token) throw "Please log in";
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw "Please log in";
  return response.json();
}


// %% get_my_tasks -> line 4
// A comma is missing.
const getMyTasks = async () => {
  const token = localStorage["jwt-token"];
  const response = await fetch(`${API}/tasks` {
    headers: { Authorization: `Bearer ${token}` },
  });
  return response.json();
};


// %% get_my_tasks -> response (not its data)
// The response is returned.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (!token) throw new Error("Please log in");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Error("Please log in");
  if (!response.ok) throw new Error("The API has a problem");
  return response;
}


// %% get_my_tasks -> a token is stored
// The body of a response is a stream.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (!token) throw new Error("Please log in");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Error("Please log in");
  if (!response.ok) throw new Error("The API has a problem");
  return response.body;
}


// %% get_my_tasks -> must return []
// An empty list is taken for no list.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (!token) throw new Error("Please log in");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Error("Please log in");
  if (!response.ok) throw new Error("The API has a problem");
  const tasks = await response.json();
  return tasks.length ? tasks : null;
}


// %% get_my_tasks -> must return [{
// Only the titles.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (!token) throw new Error("Please log in");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Error("Please log in");
  if (!response.ok) throw new Error("The API has a problem");
  return (await response.json()).map((task) => task.title);
}


// %% get_my_tasks -> a token is stored
// The name of the broken text.
async function getMyTasks() {
  const token = localStorage.getItem("token");
  if (!token) throw new Error("Please log in");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Error("Please log in");
  return response.json();
}


// %% get_my_tasks -> every other error status
// Only 401 is an error.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (!token) throw new Error("Please log in");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Error("Please log in");
  return response.json();
}


// %% get_my_tasks -> every other error status
// A server with a fault sends the user to the login.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (!token) throw new Error("Please log in");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error("Please log in");
  return response.json();
}


// %% get_my_tasks -> <h1>who are you
// The answer is read before its status.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (!token) throw new Error("Please log in");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  const data = await response.json();
  if (response.status === 401) throw new Error("Please log in");
  if (!response.ok) throw new Error("The API has a problem");
  return data;
}


// %% auth_fetch -> keep the method
// The options are replaced.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  return fetch(API + path, { headers: { Authorization: `Bearer ${token}` } });
}


// %% auth_fetch -> all headers
// The headers of the caller are replaced.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  return fetch(API + path, { ...options, headers: { Authorization: `Bearer ${token}` } });
}


// %% auth_fetch -> add the header authorization
// The options of the caller come last and win.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  return fetch(API + path, { headers: { Authorization: `Bearer ${token}` }, ...options });
}


// %% auth_fetch -> send nothing
// Bearer null.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  const response = await fetch(API + path, { ...options, headers });
  if (response.status === 401) {
    localStorage.removeItem("jwt-token");
    throw new Error("Please log in");
  }
  return response;
}


// %% auth_fetch -> the api answers 401
// The 401 is returned like every answer.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  return fetch(API + path, { ...options, headers });
}


// %% auth_fetch -> remove the token
// The refused token stays.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  const response = await fetch(API + path, { ...options, headers });
  if (response.status === 401) throw new Error("Please log in");
  return response;
}


// %% auth_fetch -> says 'server not reachable'
// The catch takes its own error for a missing server.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  try {
    const response = await fetch(API + path, { ...options, headers });
    if (response.status === 401) {
      localStorage.removeItem("jwt-token");
      throw new Error("Please log in");
    }
    return response;
  } catch {
    throw new Error("Server not reachable");
  }
}


// %% auth_fetch -> whatever its status
// Every bad status logs out.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  const response = await fetch(API + path, { ...options, headers });
  if (!response.ok) {
    localStorage.removeItem("jwt-token");
    throw new Error("Please log in");
  }
  return response;
}


// %% auth_fetch -> it threw a typeerror, which says 'fetch failed'
// fetch without a catch.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  const response = await fetch(API + path, { ...options, headers });
  if (response.status === 401) {
    localStorage.removeItem("jwt-token");
    throw new Error("Please log in");
  }
  return response;
}


// %% auth_fetch -> keep the token
// The user is logged out because the network is gone.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  const response = await fetch(API + path, { ...options, headers }).catch(() => {
    localStorage.removeItem("jwt-token");
    throw new Error("Server not reachable");
  });
  if (response.status === 401) {
    localStorage.removeItem("jwt-token");
    throw new Error("Please log in");
  }
  return response;
}


// %% auth_fetch -> return the response, whatever its status. it returned {
// The data is returned, not the response.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  const response = await fetch(API + path, { ...options, headers });
  if (response.status === 401) {
    localStorage.removeItem("jwt-token");
    throw new Error("Please log in");
  }
  return response.json();
}


// %% auth_fetch -> it threw a typeerror in line 5
// Without options it stops.
async function authFetch(path, options) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
  const response = await fetch(API + path, options);
  if (response.status === 401) {
    localStorage.removeItem("jwt-token");
    throw new Error("Please log in");
  }
  return response;
}


// %% auth_fetch -> a thrown string
// A text is thrown.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  let response;
  try {
    response = await fetch(API + path, { ...options, headers });
  } catch {
    throw "Server not reachable";
  }
  if (response.status === 401) {
    localStorage.removeItem("jwt-token");
    throw new Error("Please log in");
  }
  return response;
}


// %% auth_fetch -> every other option
// Only the method and the body are kept.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  const { method, body } = options;
  let response;
  try {
    response = await fetch(API + path, { method, body, headers });
  } catch {
    throw new Error("Server not reachable");
  }
  if (response.status === 401) {
    localStorage.removeItem("jwt-token");
    throw new Error("Please log in");
  }
  return response;
}


// %% auth_fetch -> all headers
// Only one header of the caller is kept.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { "Content-Type": options.headers?.["Content-Type"], Authorization: `Bearer ${token}` };
  return fetch(API + path, { ...options, headers });
}


// %% auth_fetch -> all headers
// Every body is said to be JSON.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  return fetch(API + path, { ...options, headers });
}


// %% auth_fetch -> and nothing else
// Everything is forgotten, not only the token.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  let response;
  try {
    response = await fetch(API + path, { ...options, headers });
  } catch {
    throw new Error("Server not reachable");
  }
  if (response.status === 401) {
    localStorage.clear();
    throw new Error("Please log in");
  }
  return response;
}


// %% auth_fetch -> only a 401 may change what is stored
// The token is used up by each call.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  let response;
  try {
    response = await fetch(API + path, { ...options, headers });
  } catch {
    throw new Error("Server not reachable");
  }
  localStorage.removeItem("jwt-token");
  if (response.status === 401) throw new Error("Please log in");
  return response;
}


// %% auth_fetch -> whatever its status
// A 500 is taken for a missing server.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  const response = await fetch(API + path, { ...options, headers }).catch(() => null);
  if (response?.status === 401) {
    localStorage.removeItem("jwt-token");
    throw new Error("Please log in");
  }
  if (!response || response.status >= 500) throw new Error("Server not reachable");
  return response;
}


// %% auth_fetch -> echo
// The address of the API is missing.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  return fetch(path, { ...options, headers });
}


// %% session_bar -> already when the component is shown
// The function is called, not given.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, hasEnded, logOut } = useAuth();
  if (session !== null) return <button onClick={logOut()}>Log out</button>;
  return <p>{hasEnded ? "Your session has ended" : "Nobody is logged in"}</p>;
}


// %% session_bar -> must call logout once
// The button does nothing.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, hasEnded } = useAuth();
  if (session !== null) return <button>Log out</button>;
  return <p>{hasEnded ? "Your session has ended" : "Nobody is logged in"}</p>;
}


// %% session_bar -> must call logout once
// The function is named, and never called.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, hasEnded, logOut } = useAuth();
  if (session !== null) return <button onClick={() => logOut}>Log out</button>;
  return <p>{hasEnded ? "Your session has ended" : "Nobody is logged in"}</p>;
}


// %% session_bar -> a click on the button fails
// The context has no such function.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, hasEnded, logout } = useAuth();
  if (session !== null) return <button onClick={() => logout()}>Log out</button>;
  return <p>{hasEnded ? "Your session has ended" : "Nobody is logged in"}</p>;
}


// %% session_bar -> must show <button>
// It looks into the storage, not into the context.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { hasEnded, logOut } = useAuth();
  if (localStorage.getItem("jwt-token")) return <button onClick={logOut}>Log out</button>;
  return <p>{hasEnded ? "Your session has ended" : "Nobody is logged in"}</p>;
}


// %% session_bar -> hasended: true }, the component must show <button>
// The order of the two questions.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, hasEnded, logOut } = useAuth();
  if (hasEnded) return <p>Your session has ended</p>;
  if (session === null) return <p>Nobody is logged in</p>;
  return <button onClick={logOut}>Log out</button>;
}


// %% session_bar -> must show <p>your session has ended</p>
// The third case is forgotten.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, logOut } = useAuth();
  if (session !== null) return <button onClick={logOut}>Log out</button>;
  return <p>Nobody is logged in</p>;
}


// %% session_bar -> it shows: nothing
// Without a token there is nothing.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, logOut } = useAuth();
  return session !== null && <button onClick={logOut}>Log out</button>;
}


// %% session_bar -> must show <p>
// The texts have no paragraph.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, hasEnded, logOut } = useAuth();
  if (session !== null) return <button onClick={logOut}>Log out</button>;
  return hasEnded ? "Your session has ended" : "Nobody is logged in";
}


// %% session_bar -> it threw a typeerror in line 5
// A component gets no context as an argument.
import { useAuth } from "./auth.jsx";

function SessionBar({ auth }) {
  const { session, hasEnded, logOut } = auth;
  if (session !== null) return <button onClick={logOut}>Log out</button>;
  return <p>{hasEnded ? "Your session has ended" : "Nobody is logged in"}</p>;
}


// %% session_bar -> it threw a syntaxerror in line
// The element is not closed.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, hasEnded, logOut } = useAuth();
  if (session !== null) return <button onClick={logOut}>Log out<button>;
  return <p>{hasEnded ? "Your session has ended" : "Nobody is logged in"}</p>;
}


// %% session_bar -> must show <p>
// The context has a session, and no token.
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { token, hasEnded, logOut } = useAuth();
  if (token !== null) return <button onClick={logOut}>Log out</button>;
  return <p>{hasEnded ? "Your session has ended" : "Nobody is logged in"}</p>;
}


// %% fake -> the guard reads your text
// The payload is not base64.
function fake() {
  localStorage.setItem("jwt-token", `x.${JSON.stringify({ role: "admin", exp: 4102444800 })}.x`);
}


// %% fake -> the guard reads your text
// The time is over.
function fake() {
  localStorage.setItem("jwt-token", `x.${btoa(JSON.stringify({ role: "admin", exp: 1 }))}.x`);
}


// %% fake -> the guard reads your text
// There is no first part.
function fake() {
  localStorage.setItem("jwt-token", btoa(JSON.stringify({ role: "admin", exp: 4102444800 })));
}


// %% fake -> store a text under jwt-token
// Another name.
function fake() {
  localStorage.setItem("token", `x.${btoa(JSON.stringify({ role: "admin", exp: 4102444800 }))}.x`);
}


// %% fake -> the guard reads your text
// Only the role.
function fake() {
  localStorage.setItem("jwt-token", `x.${btoa(JSON.stringify({ role: "admin" }))}.x`);
}


// %% fake -> the guard reads your text
// The guard is replaced, not opened.
function fake() {
  window.mayEnter = () => true;
  localStorage.setItem("jwt-token", "open");
}


// %% fake -> call no server
// A login, where none is needed.
async function fake() {
  const response = await fetch(`${API}/token`, { method: "POST", body: "{}" });
  localStorage.setItem("jwt-token", (await response.json()).token);
}


// %% fake -> the guard reads your text
// Another role.
function fake() {
  localStorage.setItem("jwt-token", `x.${btoa(JSON.stringify({ role: "Admin", exp: 4102444800 }))}.x`);
}


// %% fake -> the guard reads your text
// The time is over when it is stored.
function fake() {
  const exp = Math.floor(Date.now() / 1000);
  localStorage.setItem("jwt-token", `x.${btoa(JSON.stringify({ role: "admin", exp }))}.x`);
}


// %% fake -> store a text under jwt-token
// The text is returned, not stored.
function fake() {
  return `x.${btoa(JSON.stringify({ role: "admin", exp: 4102444800 }))}.x`;
}
