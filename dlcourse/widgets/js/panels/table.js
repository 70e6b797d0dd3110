// Rows of words and numbers, as a real table.

const rowsOf = (panel, scope) => ({ head: panel.head, rows: scope[panel.rows].map((row) => row.map(String)) });

KINDS.table = { show: (area, panel, scope) => area.replaceChildren(tableOf(rowsOf(panel, scope), panel.label)), table: rowsOf };
