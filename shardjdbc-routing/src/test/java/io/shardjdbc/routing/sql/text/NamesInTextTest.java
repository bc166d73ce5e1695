package io.shardjdbc.routing.sql.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.sql.parse.SqlParser;
import org.junit.jupiter.api.Test;

/** The names of a text are those that the server reads in it. */
class NamesInTextTest {

  private static void assertNames(String text, String... names) {
    assertThat(NamesInText.of(text))
        .as(text)
        .hasValueSatisfying(all -> assertThat(all).containsExactly(names));
  }

  @Test
  void wordsAndQuotedNamesAreUnescapedAndInLowerCase() {
    assertNames("SELECT My_Func(a$1)", "select", "my_func", "a$1");
    assertNames("\"my-func\"()", "my-func");
    assertNames("s.\"My \"\"Func\"\"\"()", "s", "my \"func\"");
    assertNames("U&\"my\\002dfunc\"() u&\"m!0079\" UESCAPE '!'", "my-func", "my");
  }

  @Test
  void commentsHaveNoNames() {
    assertNames("a /* b /* c */ */ -- d\n, e", "a", "e");
  }

  @Test
  void namesAreCutAsTheServerCutsThem() {
    assertNames("x".repeat(70), "x".repeat(63));
    assertNames("\"" + "-".repeat(70) + "\"", "-".repeat(63));
  }

  @Test
  void stringsMayBeSql() {
    assertNames(
        "f('SELECT \"my-func\"()', $$ g('\"h-i\"') $$)", "f", "select", "my-func", "g", "h-i");
    assertNames("E'a''s b(' || 'it''s c'", "a", "s", "b", "it", "c");
  }

  @Test
  void plpgsqlIsCutAsSqlIs() {
    assertNames(
        "<<l>> DECLARE x t.c%TYPE := 1; BEGIN x := x ? 'y'; FOR i IN 1..2 LOOP END LOOP; END",
        "l", "declare", "x", "t", "c", "type", "begin", "y", "for", "i", "in", "loop", "end");
  }

  @Test
  void whatCannotBeCutMayNameAnything() {
    assertThat(NamesInText.of("SELECT 'a")).isEmpty();
    assertThat(NamesInText.of("SELECT \"a")).isEmpty();
  }

  @Test
  void aVerbIsTheFirstWordBehindComments() {
    assertThat(SqlParser.verb("Insert INTO t")).isEqualTo("insert");
    assertThat(SqlParser.verb("\n-- a\n/* b /* c */ d */select(1)")).isEqualTo("select");
    assertThat(SqlParser.verb("do$$ $$")).isEqualTo("do$$"); // a word that has signs
    for (String none :
        new String[] {"", " ", "(SELECT 1)", "\"select\"", "/* select", "{call f()}"}) {
      assertThat(SqlParser.verb(none)).as(none).isEmpty();
    }
  }
}
