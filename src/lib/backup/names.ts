/** `lectern-20261127T020700Z.tar.zst`, with `.age` when it is encrypted: the time says when it was begun, in UTC. */
export function nameBackup(at: Date, { encrypted }: { encrypted: boolean }): string {
  const time = `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  return `lectern-${time}.tar.zst${encrypted ? ".age" : ""}`;
}

/** When a backup was begun, by its name; nothing for what is none. */
export function timeOfBackup(name: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^lectern-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar\.zst(?:\.age)?$/.exec(name) ?? [];
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
