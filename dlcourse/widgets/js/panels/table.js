// Rows of words and numbers, as a real table.

KINDS.table = {
  show: (area, panel, scope) => area.replaceChildren(tableOf({ head: panel.head, rows: scope[panel.rows].map((row) => row.map(String)) }, panel.label)),
  table: (panel, scope) => ({ head: panel.head, rows: scope[panel.rows].map((row) => row.map(String)) }),
};
