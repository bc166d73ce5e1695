package io.shardjdbc.routing.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators bind as PostgreSQL binds them; its own parser gave every shape below. */
class PrecedenceTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = "→",
      quoteCharacter = '`',
      textBlock =
          """
          a + b * c                          → (a + (b * c))
          a - b - c                          → ((a - b) - c)
          a * b / c % d                      → (((a * b) / c) % d)
          2 ^ 3 ^ 4                          → ((2 ^ 3) ^ 4)
          - 2 ^ 2                            → ((- 2) ^ 2)
          - a * b                            → ((- a) * b)
          - a::int                           → (- a::int)
          - a[1]                             → (- a[1])
          a - - b                            → (a - (- b))
          a || b + c                         → (a || (b + c))
          a || b -> c                        → ((a || b) -> c)
          a ->> 'k' = b || c                 → ((a ->> 'k') = (b || c))
          @ a + b                            → (@ (a + b))
          @ a || b                           → ((@ a) || b)
          - @ a                              → (- (@ a))
          a < b || c                         → (a < (b || c))
          a <-> b < c                        → ((a <-> b) < c)
          not a = b                          → (not (a = b))
          not a and b                        → ((not a) and b)
          not not a is null                  → (not (not (a is null)))
          a + not b = c                      → (a + (not (b = c)))
          a = b is null                      → ((a = b) is null)
          a is null = b                      → ((a is null) = b)
          a is null is not null              → ((a is null) is not null)
          a isnull notnull                   → ((a is null) is not null)
          a is distinct from b + c and d     → ((a is distinct from (b + c)) and d)
          a and b or c and d                 → ((a and b) or (c and d))
          a or b and c or d                  → (a or (b and c) or d)
          (a or b) or c                      → (a or b or c)
          a and (b and c)                    → (a and b and c)
          a = b and c = d or e               → (((a = b) and (c = d)) or e)
          a between b and c and d            → ((a between b and c) and d)
          a between b + 1 and c - 1 or d     → ((a between (b + 1) and (c - 1)) or d)
          a between b = c and d              → (a between (b = c) and d)
          not a between 1 and 2              → (not (a between 1 and 2))
          a not between symmetric 1 and 2    → (a not between symmetric 1 and 2)
          a like b || c escape d             → (a like (b || c) escape d)
          a not like b and c                 → ((a not like b) and c)
          a = b like c                       → (a = (b like c))
          a like b = c                       → ((a like b) = c)
          a ilike b is true                  → ((a ilike b) is true)
          a similar to b || c                → (a similar to (b || c))
          a in (1, 2) = b                    → ((a in (1, 2)) = b)
          a + b in (1, 2)                    → ((a + b) in (1, 2))
          a not in (1) or b                  → ((a not in (1)) or b)
          not a in (1)                       → (not (a in (1)))
          a = any (b) = c                    → ((a = any b) = c)
          a || b = any (c)                   → ((a || b) = any c)
          a + any (b) + c                    → ((a + any b) + c)
          a like any (b)                     → (a like any b)
          a not ilike all (b)                → (a not ilike all b)
          a at time zone b || c              → ((a at time zone b) || c)
          - a at time zone b                 → ((- a) at time zone b)
          a ^ b at time zone c               → (a ^ (b at time zone c))
          a at local at time zone b          → ((a at local) at time zone b)
          a || b collate "C"                 → (a || (b collate C))
          - a collate "C"                    → ((- a) collate C)
          a collate "C" < b                  → ((a collate C) < b)
          a::int::text || b                  → (a::int::text || b)
          (a).b::int                         → a.b::int
          a operator(pg_catalog.+) b * c     → (a operator(pg_catalog.+) (b * c))
          a * b operator(s.*) c              → ((a * b) operator(s.*) c)
          (a, b) overlaps (c, d) and e       → ((row(a, b) overlaps row(c, d)) and e)
          x = (a, b) overlaps (c, d)         → (x = (row(a, b) overlaps row(c, d)))
          (a, b) = (c, d)                    → (row(a, b) = row(c, d))
          a=-1                               → (a = (- 1))
          a@-1                               → (a @- 1)
          a*-b                               → (a * (- b))
          a <> b != c is true                → REFUSED
          """)
  void anExpressionIsReadAsTheServerReadsIt(String expression, String shape) {
    if (shape.equals("REFUSED")) {
      assertThatThrownBy(() -> Shapes.of(expression)).isInstanceOf(SqlSyntaxException.class);
    } else {
      assertThat(Shapes.of(expression)).isEqualTo(shape);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a < b < c",
        "a = b = c",
        "a like b like c",
        "a between 1 and 2 between 3 and 4",
        "a is distinct from b is distinct from c",
        "a is distinct from b is null",
        "a like b in (c)",
        "a = b = any (c)",
        "a between b and c like d",
        "a between b is null and c",
        "a +",
        "a in ()",
        "a in 1",
        "a is 1",
        "a not 1",
        "a similar b",
        "a = all (1, 2)",
        "(a, b, c) overlaps (d, e)"
      })
  void whatTheServerRefusesToChainIsRefused(String expression) {
    assertThatThrownBy(() -> SqlParser.parse("select * from t where " + expression))
        .isInstanceOf(SqlSyntaxException.class);
  }
}
