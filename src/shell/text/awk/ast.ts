/** awk programs as data. POSIX awk; what mawk 1.3.4 adds is left out. */

export type Expr =
  | { e: "number"; value: number }
  | { e: "string"; value: string }
  | { e: "regex"; source: string }
  | { e: "var"; name: string }
  | { e: "field"; index: Expr }
  | { e: "index"; name: string; keys: Expr[] }
  | { e: "assign"; op: string; target: Expr; value: Expr }
  | { e: "cond"; test: Expr; yes: Expr; no: Expr }
  | { e: "binary"; op: string; left: Expr; right: Expr }
  | { e: "match"; negate: boolean; left: Expr; right: Expr }
  | { e: "in"; keys: Expr[]; name: string }
  | { e: "unary"; op: string; of: Expr }
  /** ++ and --; `prefix` gives the new value. */
  | { e: "step"; by: 1 | -1; prefix: boolean; target: Expr }
  | { e: "call"; name: string; args: Expr[] }
  /** The next line of input: into $0 (target null) or a variable. */
  | { e: "getline"; target: Expr | null };

export type Stmt =
  | { s: "block"; body: Stmt[] }
  | { s: "expr"; expr: Expr }
  | { s: "print"; args: Expr[]; printf: boolean; to: { append: boolean; path: Expr } | null }
  | { s: "if"; test: Expr; yes: Stmt; no: Stmt | null }
  | { s: "while"; test: Expr; body: Stmt; first: boolean }
  | { s: "for"; init: Stmt | null; test: Expr | null; step: Stmt | null; body: Stmt }
  | { s: "for-in"; name: string; array: string; body: Stmt }
  | { s: "next" | "break" | "continue" }
  | { s: "exit" | "return"; value: Expr | null }
  | { s: "delete"; name: string; keys: Expr[] };

export interface Rule {
  pattern: "BEGIN" | "END" | null | Expr;
  /** Second pattern of a range. */
  until: Expr | null;
  body: Stmt;
}

export interface AwkFunction {
  params: string[];
  body: Stmt;
}

export interface AwkProgram {
  rules: Rule[];
  functions: Record<string, AwkFunction>;
}
