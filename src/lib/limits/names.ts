const names = new Set<string>();

/** Takes note of a limit; throws when there is one with that name, whose counts it would share. */
export function nameLimit(name: string): void {
  if (names.has(name)) throw new Error(`Two limits are called "${name}".`);
  names.add(name);
}

/** The names of all limits that this process knows. */
export function limitNames(): readonly string[] {
  return [...names];
}
