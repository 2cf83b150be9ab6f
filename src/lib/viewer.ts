/** Whoever is asking, as plain data. `accounts` fills it; whatever acts for a reader takes it first. */
export interface Viewer {
  /** Null for a reader who is not signed in. */
  id: number | null;
  /** Whether what they bought or were given entitles the viewer to members' entries right now. */
  isMember: boolean;
  /** Entries that they opened to the viewer beside, with their parts. */
  opens?: readonly number[];
  permissions: readonly string[];
  /** What the viewer is called, for the page's own header. */
  name?: string;
  session?: ViewerSession;
}

export interface ViewerSession {
  id: number;
  /** When its owner last proved who it is. */
  authenticatedAt: Date;
  /** Whether there are permissions that wait until a second factor is shown. */
  withholdsPermissions: boolean;
  /** Whether somebody of the staff acts in the viewer's place: nothing is kept of what they read. */
  isImpersonated: boolean;
  /** Who that is. */
  impersonatorId?: number;
}

export const anonymous: Viewer = { id: null, isMember: false, permissions: [] };

/** The one question about permissions. An owner has `*`: all there are and will be. */
export function may(viewer: Viewer, permission: string): boolean {
  return viewer.permissions.includes(permission) || viewer.permissions.includes("*");
}

/** A request that carries this cookie has a session: it never reads or fills the page cache. */
export const sessionCookie = "lectern_session";
