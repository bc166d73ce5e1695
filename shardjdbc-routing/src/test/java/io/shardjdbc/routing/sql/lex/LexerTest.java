package io.shardjdbc.routing.sql.lex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.parse.Shapes;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts are cut into tokens by the server's rules, and by JDBC's on top. */
class LexerTest {

  private static String literal(String sql) {
    return ((Expr.Literal) Shapes.expression(sql)).value();
  }

  private static List<Integer> parameters(String sql) {
    return SqlParser.parse(sql).parameters().stream().map(Expr.Parameter::index).toList();
  }

  @Test
  void stringsOfEveryQuotingGiveTheirContent() {
    assertThat(literal("'it''s'")).isEqualTo("it's");
    assertThat(literal("'a\\'")).isEqualTo("a\\");
    assertThat(literal("E'a\\'b\\\\c\\n\\t'")).isEqualTo("a'b\\c\n\t");
    assertThat(literal("e'\\x41\\102\\u0043\\U00000044'")).isEqualTo("ABCD");
    assertThat(literal("E'\\xc3\\xa9\\303\\251'")).isEqualTo("éé");
    assertThat(literal("E'\\uD83D\\uDE00'")).isEqualTo("😀");
    assertThat(literal("U&'d\\0061t\\+000061\\\\'")).isEqualTo("data\\");
    assertThat(literal("u&'d!0061' uescape '!'")).isEqualTo("da");
    assertThat(literal("U&'\\D83D\\DE00'")).isEqualTo("😀");
    assertThat(literal("$$a'b$$")).isEqualTo("a'b");
    assertThat(literal("$q$a$$b$ $q$")).isEqualTo("a$$b$ ");
    assertThat(literal("$é$a$é$")).isEqualTo("a");
    assertThat(literal("B'10' ")).isEqualTo("10");
    assertThat(literal("x'1F'")).isEqualTo("1F");
    assertThat(literal("''")).isEmpty();
  }

  @Test
  void aStringGoesOnBehindALineBreak() {
    assertThat(literal("'a'\n  'b'")).isEqualTo("ab");
    assertThat(literal("'a' -- comment 'x'\n -- more\n 'b'")).isEqualTo("ab");
    assertThat(literal("E'a\\n'\n'b\\n'")).isEqualTo("a\nb\n");
    assertThat(literal("x'1'\n'F'")).isEqualTo("1F");
    assertThat(Shapes.select("select 'a' \"b\"").items().get(0).alias()).isEqualTo("b");
    assertThatThrownBy(() -> SqlParser.parse("select 'a' 'b'"))
        .isInstanceOf(SqlSyntaxException.class);
    assertThatThrownBy(() -> SqlParser.parse("select 'a' /* no */ \n 'b'"))
        .isInstanceOf(SqlSyntaxException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'a",
        "\"a",
        "\"\"",
        "$$a",
        "$x$ a $y$",
        "E'\\'",
        "/* a /* b */",
        "E'\\xff'",
        "E'\\000'",
        "E'\\uD83D'",
        "E'\\v'",
        "U&'\\00'",
        "U&'x' uescape 'a'",
        "U&'x' uescape '12'",
        "1a",
        "0x",
        "0b12",
        "1__0",
        "1_",
        "1e",
        "1e+",
        "$0",
        "$1a",
        "$99999999",
        "a ? b",
        "?a",
        "?1",
        "a?",
        "? + $1",
        "`a`",
        "a # /* comment",
        "\\d"
      })
  void whatIsNoTokenIsRefused(String text) {
    assertThatThrownBy(() -> SqlParser.parse("select " + text))
        .isInstanceOf(SqlSyntaxException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "42",
        "0x1F",
        "0XfF",
        "0o17",
        "0b101",
        "1_000",
        "0x_1f",
        "1.5",
        ".5",
        "5.",
        "1e5",
        "1.e-5",
        "1_0.2_5E+1_0"
      })
  void numbersKeepTheirText(String number) {
    Expr.Literal literal = (Expr.Literal) Shapes.expression(number);
    assertThat(literal.value()).isEqualTo(number);
    boolean decimal = !number.startsWith("0") && number.matches(".*[.eE].*");
    assertThat(literal.kind())
        .isEqualTo(decimal ? Expr.LiteralKind.DECIMAL : Expr.LiteralKind.INTEGER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "UserName username",
        "\"UserName\" UserName",
        "\"a\"\"b\" a\"b",
        "ÄÖ ÄÖ",
        "Straße straße",
        "a$1 a$1",
        "_x _x",
        "U&\"d\\0061t\" dat"
      },
      quoteCharacter = '`')
  void namesAreFoldedAsTheServerFoldsThem(String written, String name) {
    assertThat(((Expr.Column) Shapes.expression(written)).name().parts()).containsExactly(name);
  }

  @Test
  void namesAreCutAtSixtyThreeBytes() {
    String sixtyThree = "x".repeat(63);
    assertThat(Shapes.of(sixtyThree + "yz")).isEqualTo(sixtyThree);
    assertThat(Shapes.of("\"" + sixtyThree + "yz\"")).isEqualTo(sixtyThree);
    assertThat(Shapes.of("é".repeat(40))).isEqualTo("é".repeat(31));
    assertThat(Shapes.of("\"" + "x".repeat(62) + "é\"")).isEqualTo("x".repeat(62));
    assertThat(Shapes.of("\"" + "x".repeat(61) + "é\"")).isEqualTo("x".repeat(61) + "é");
  }

  @Test
  void operatorsAreTheLongestRunThatTheServerTakes() {
    assertThat(Shapes.of("a<-1")).isEqualTo("(a < (- 1))");
    assertThat(Shapes.of("a<->b")).isEqualTo("(a <-> b)");
    assertThat(Shapes.of("a||-b")).isEqualTo("(a ||- b)");
    assertThat(Shapes.of("a*/* c */b")).isEqualTo("(a * b)");
    assertThat(Shapes.of("a+--c\nb")).isEqualTo("(a + b)");
    assertThat(Shapes.of("a!=b")).isEqualTo("(a <> b)");
    assertThat(Shapes.of("a#>>b")).isEqualTo("(a #>> b)");
    assertThat(Shapes.of("a*-+b")).isEqualTo("(a * (- (+ b)))");
    assertThat(Shapes.of("a::text||b")).isEqualTo("(a::text || b)");
  }

  @Test
  void questionMarksAreParametersUnlessDoubledOrInALiteralOrComment() {
    String sql =
        "select ?, '?', \"?\", $$?$$, E'?\\'?' /* ? /* ? */ */ -- ?\n from t where a=? and b ?? 'k'"
            + " and c ??| ? and d @?? ? and e ??& f and g>=?";
    assertThat(parameters(sql)).containsExactly(1, 2, 3, 4, 5);
    assertThat(Shapes.of("a ??| b")).isEqualTo("(a ?| b)");
    assertThat(Shapes.of("a ??& b")).isEqualTo("(a ?& b)");
    assertThat(Shapes.of("a ?? b")).isEqualTo("(a ? b)");
    assertThat(Shapes.of("a @?? b")).isEqualTo("(a @? b)");
    assertThat(Shapes.of("a = ?::int[]")).isEqualTo("(a = $1::int[])");
  }

  @Test
  void questionMarksAreOperatorsInATextWithoutParameters() {
    ParsedSql parsed = SqlParser.parse("select a ? b, c ?| d, e ?? f", QuestionMarks.OPERATORS);
    assertThat(parsed.parameters()).isEmpty();
    Query query = ((SelectStatement) parsed.statement()).query();
    assertThat(((Query.Select) query.body()).items().stream().map(i -> Shapes.of(i.value())))
        .containsExactly("(a ? b)", "(c ?| d)", "(e ? f)");
  }

  @Test
  void numberedParametersKeepTheirNumbers() {
    ParsedSql parsed = SqlParser.parse("select $2, $1, $2::int");
    assertThat(parsed.parameters().stream().map(Expr.Parameter::index)).containsExactly(2, 1, 2);
    assertThat(parsed.parameterCount()).isEqualTo(2);
    assertThat(parsed.parameters().get(1).span().of(parsed.sql())).isEqualTo("$1");
  }

  @Test
  void aHintIsReadFromACommentAlone() {
    assertThat(SqlParser.parse("select 1 /* shardjdbc: shard=s1 */").hint()).isEqualTo("shard=s1");
    assertThat(SqlParser.parse("/*shardjdbc:key=42*/ select 1").hint()).isEqualTo("key=42");
    assertThat(SqlParser.parse("select u&'x' /* shardjdbc: primary */ from t").hint())
        .isEqualTo("primary");
    assertThat(SqlParser.parse("select '/* shardjdbc: primary */'").hint()).isNull();
    assertThat(SqlParser.parse("select $$/* shardjdbc: primary */$$").hint()).isNull();
    assertThat(SqlParser.parse("select 1 -- /* shardjdbc: primary */").hint()).isNull();
    assertThat(SqlParser.parse("select 1 /* other /* shardjdbc: primary */ */").hint()).isNull();
    assertThatThrownBy(
            () -> SqlParser.parse("/* shardjdbc: primary */ select 1 /* shardjdbc: shard=s1 */"))
        .isInstanceOf(SqlSyntaxException.class);
  }

  @Test
  void errorsNameNoLiteral() {
    assertThatThrownBy(() -> SqlParser.parse("select * from t where 'secret' 'other'"))
        .isInstanceOf(SqlSyntaxException.class)
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("other")
        .hasMessageContaining("a string");
    assertThatThrownBy(() -> SqlParser.parse("select 4711 4712"))
        .hasMessageNotContaining("4712")
        .hasMessageContaining("a number");
  }
}
