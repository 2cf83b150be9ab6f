/** Whoever is asking, as plain data. `accounts` fills it; whatever acts for a reader takes it first. */
export interface Viewer {
  /** Null for a reader who is not signed in. */
  id: number | null;
  /** Whether memberships entitle the viewer to members' entries right now. */
  isMember: boolean;
  permissions: readonly string[];
}

export const anonymous: Viewer = { id: null, isMember: false, permissions: [] };

/** A request that carries this cookie has a session: it never reads or fills the page cache. */
export const sessionCookie = "lectern_session";
