export const usage =
  "import FOLDER [--author NAME]… [--topic NAME]… [--level LEVEL] [--access ACCESS] [--series TITLE] [--map FILE] " +
  "[--dry-run] [--publish] [--quiet]";
