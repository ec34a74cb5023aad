// Who is logged in: one answer for all components, kept in a context.

import { createContext, Fragment, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { login, logOut, onSessionChange, readSession, signUp } from "./api.js";

export const AuthContext = createContext(null);

/** Gives everything inside it `useAuth`. What it tells is the same in all tabs, and after a reload. */
export function AuthProvider({ children }) {
  const session = useSyncExternalStore(onSessionChange, readSession);
  const [isLoggedOut, setIsLoggedOut] = useState(session === null);
  // Without a session, and nobody logged out here: the clock, the server or another tab ended it.
  const hasEnded = session === null && !isLoggedOut;

  useEffect(() => onSessionChange(() => readSession() !== null && setIsLoggedOut(false)), []);

  async function logOutHere() {
    setIsLoggedOut(true);
    try {
      await logOut();
      setIsLoggedOut(true); // meanwhile the session was still there, and somebody may have looked
    } catch (error) {
      setIsLoggedOut(false); // it goes on
      throw error;
    }
  }

  const auth = { session, hasEnded, logIn: login, signUp, logOut: logOutHere };
  return <AuthContext.Provider value={auth}>{children}</AuthContext.Provider>;
}

/**
 * { session, hasEnded, logIn(username, password), signUp(username, password), logOut() }.
 * The session is a text, and null when nobody is logged in. `hasEnded` says that one ended without a log-out.
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
  const { session } = useAuth();
  if (session === null) return fallback;
  // Another session may be another user: what the children remember must not stay.
  return <Fragment key={session}>{children}</Fragment>;
}
