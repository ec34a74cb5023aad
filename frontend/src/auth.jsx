// Who is logged in: one answer for all components, kept in a context.

import { createContext, Fragment, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { login, onTokenChange, readToken, signUp, storeToken } from "./api.js";

export const AuthContext = createContext(null);

/** Gives everything inside it `useAuth`. The token lives in localStorage, so a reload and other tabs see the same. */
export function AuthProvider({ children }) {
  const token = useSyncExternalStore(onTokenChange, readToken);
  const [isLoggedOut, setIsLoggedOut] = useState(token === null);
  // Without a token, and nobody logged out here: the clock, the server or another tab ended the session.
  const hasEnded = token === null && !isLoggedOut;

  useEffect(() => onTokenChange(() => readToken() !== null && setIsLoggedOut(false)), []);

  function logOut() {
    setIsLoggedOut(true);
    storeToken(null);
  }

  const auth = { token, hasEnded, logIn: login, signUp, logOut };
  return <AuthContext.Provider value={auth}>{children}</AuthContext.Provider>;
}

/**
 * { token, hasEnded, logIn(username, password), signUp(username, password), logOut() }.
 * The token is null when nobody is logged in. `hasEnded` says that a session ended without a log-out.
 */
export function useAuth() {
  const auth = useContext(AuthContext);
  if (auth === null) throw new Error("useAuth needs an AuthProvider around the component");
  return auth;
}

/**
 * Shows its children to who is logged in, and `fallback`, a login form, in their place to everybody else.
 * Nothing moves, so after the login the page is there that was asked for.
 * This is a convenience for honest users. What must stay secret is protected by the server.
 */
export function RequireAuth({ fallback, children }) {
  const { token } = useAuth();
  if (token === null) return fallback;
  // Another token may be another user: what the children remember must not stay.
  return <Fragment key={token}>{children}</Fragment>;
}
