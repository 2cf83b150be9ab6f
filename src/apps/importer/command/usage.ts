export const usage =
  "import FOLDER [--author NAME]… [--topic NAME]… [--level LEVEL] [--access ACCESS] [--series TITLE] [--map FILE] " +
  "[--dry-run] [--publish] [--quiet]";

export const exportUsage = "export FOLDER [--check] [--delete] [--quiet]";
export const lintUsage = "lint [PATH]… [--format text|json|github] [--rules FILE]";
