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


// %% login -> the login does not work
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


// %% login -> it has user_id 2
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


// %% login -> the login does not work
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


// %% login -> the login does not work
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


// %% login -> it returned none
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


// %% login -> throw an Error and store nothing
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


// %% get_my_tasks -> malformed
// await stands where async belongs.
const getMyTasks = await () => {
  const token = localStorage.getItem("jwt-token");
  const response = await fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  return response.json();
};


// %% get_my_tasks -> return her list of tasks
// The route of the guide.
async function getMyTasks() {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const response = await fetch(`${API}/protected`, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Error("Please log in");
  return response.json();
}


// %% get_my_tasks -> please log in
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


// %% get_my_tasks -> without a token
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


// %% auth_fetch -> keep the method
// The options are replaced.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  return fetch(API + path, { headers: { Authorization: `Bearer ${token}` } });
}


// %% auth_fetch -> 'content type': 'text/plain
// The headers of the caller are replaced.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  return fetch(API + path, { ...options, headers: { Authorization: `Bearer ${token}` } });
}


// %% auth_fetch -> 'authorization': none
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


// %% auth_fetch -> remove it
// The refused token stays.
async function authFetch(path, options = {}) {
  const token = localStorage.getItem("jwt-token");
  if (token === null) throw new Error("Please log in");
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  const response = await fetch(API + path, { ...options, headers });
  if (response.status === 401) throw new Error("Please log in");
  return response;
}


// %% auth_fetch -> message please log in. you get: error: server not reachable
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


// %% auth_fetch -> return every other answer
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


// %% auth_fetch -> throw server not reachable
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


// %% auth_fetch -> keep the method, the headers and the body
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


// %% auth_fetch -> reading 'headers'
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


// %% fake -> the guard stays closed
// The payload is not base64.
function fake() {
  localStorage.setItem("jwt-token", `x.${JSON.stringify({ role: "admin", exp: 4102444800 })}.x`);
}


// %% fake -> the guard stays closed
// The time is over.
function fake() {
  localStorage.setItem("jwt-token", `x.${btoa(JSON.stringify({ role: "admin", exp: 1 }))}.x`);
}


// %% fake -> the guard stays closed
// There is no first part.
function fake() {
  localStorage.setItem("jwt-token", btoa(JSON.stringify({ role: "admin", exp: 4102444800 })));
}


// %% fake -> store a text under jwt-token
// Another name.
function fake() {
  localStorage.setItem("token", `x.${btoa(JSON.stringify({ role: "admin", exp: 4102444800 }))}.x`);
}


// %% fake -> the guard stays closed
// Only the role.
function fake() {
  localStorage.setItem("jwt-token", `x.${btoa(JSON.stringify({ role: "admin" }))}.x`);
}
