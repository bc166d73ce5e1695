package io.shardjdbc.routing.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar's own forms give trees that mean what they say. */
class FeaturesTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = "→",
      quoteCharacter = '`',
      textBlock =
          """
          a.b.c                                      → a.b.c
          t.*                                        → t.*
          (t).*                                      → t.*
          a[1][2:3].b                                → a[1][2:3].b
          (f(x)).y[1:]                               → f(x).y[1:]
          int8 '5'                                   → '5'::int8
          bigint '5'                                 → '5'::bigint
          s.f(1) 'x'                                 → 'x'::s.f(1)
          interval '1' day to second(3)              → '1'::interval(day to second,3)
          interval(3) '1'                            → '1'::interval(3)
          a::numeric(10, 2)[]                        → a::numeric(10,2)[]
          a::double precision array[3]               → a::double precision[]
          a::timestamp(3) with time zone             → a::timestamp with time zone(3)
          a::char varying(5)                         → a::character varying(5)
          a::"char"                                  → a::char
          cast(a as s.t)                             → a::s.t
          time with time zone '10:00'                → '10:00'::time with time zone
          n'x'                                       → 'x'::character
          extract(year from a)                       → ~extract('year', a)
          substring(a from 1 for 2)                  → ~substring(a, 1, 2)
          substring(a, 1)                            → substring(a, 1)
          overlay(a placing b from 1)                → ~overlay(a, b, 1)
          position(a in b)                           → ~position(a, b)
          trim(both 'x' from a)                      → ~trim('x', a)
          normalize(a, nfd)                          → ~normalize(a, 'nfd')
          collation for (a)                          → ~collation for(a)
          treat(a as int)                            → ~treat(a)
          grouping(a, b)                             → ~grouping(a, b)
          coalesce(a, b)                             → ~coalesce(a, b)
          nullif(a, b)                               → ~nullif(a, b)
          current_timestamp(3)                       → ~current_timestamp(3)
          current_schema                             → ~current_schema()
          current_schema()                           → current_schema()
          count(*) filter (where a) over (order by b) → count(*)
          f(a => 1, b := 2)                          → f(1, 2)
          f(variadic array[1])                       → f(array(1))
          xmlelement(name a, xmlattributes(b as c), d) → ~xmlelement(b, d)
          json_object('a': 1, 'b' value 2 absent on null) → ~json_object('a', 1, 'b', 2)
          json_object('{a,b}')                       → json_object('{a,b}')
          json_value(a, '$' passing b as c default d on empty) → ~json_value(a, '$', b, d)
          json_query(a, '$' with wrapper keep quotes null on error) → ~json_query(a, '$')
          a is json object with unique keys          → (a is json object with unique keys)
          a is not nfkc normalized                   → (a is not normalized)
          case a when 1 then 2 else 3 end            → case a (1)(2)
          array[[1], [2]]                            → array(array(1), array(2))
          array(select 1)                            → array query
          row()                                      → row()
          (1, 2)                                     → row(1, 2)
          ((1))                                      → 1
          ((select 1))                               → query
          ((select 1) + 1)                           → (query + 1)
          ((select 1) union select 2)                → query
          a in ((select 1))                          → (a in query)
          a in ((select 1), 2)                       → (a in (query, 2))
          a in ((1, 2))                              → (a in (row(1, 2)))
          a = any ((select 1))                       → (a = any query)
          exists (select 1)                          → exists
          {fn concat(a, {fn ucase('x')})}            → concat(a, upper('x'))
          {fn char(65)}                              → chr(65)
          {fn CURDATE()}                             → now()
          {fn ifnull(a, {fn user()})}                → ~coalesce(a, ~current_user())
          {fn insert(a, 1, 2, 'x')}                  → overlay(a, 1, 2, 'x')
          {fn timestampadd(SQL_TSI_DAY, a, {fn now()})} → date_part(a, now())
          {ts '2020-01-01 10:00:00'}                 → '2020-01-01 10:00:00'::timestamp
          a like b {escape '!'}                      → (a like b escape '!')
          """)
  void aFormGivesItsShape(String expression, String shape) {
    assertThat(Shapes.of(expression)).isEqualTo(shape);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "value",
        "type",
        "key",
        "date",
        "level",
        "position",
        "start",
        "role",
        "status",
        "text",
        "year",
        "month",
        "day",
        "row",
        "values",
        "time",
        "timestamp",
        "interval",
        "char",
        "between",
        "exists",
        "coalesce",
        "json_table",
        "merge_action",
        "path",
        "source",
        "over",
        "filter",
        "operator",
        "at",
        "current",
        "recursive",
        "set",
        "temp",
        "of",
        "by",
        "double"
      })
  void unreservedWordsAreColumnsTablesAndAliases(String word) {
    assertThat(Shapes.of("t." + word)).isEqualTo("t." + word);
    assertThat(Shapes.of(word + " = 1")).isEqualTo("(" + word + " = 1)");
    Query.Select select = Shapes.select("select 1 as " + word + " from " + word + " as " + word);
    assertThat(select.items().get(0).alias()).isEqualTo(word);
    assertThat(((FromItem.Table) select.from().get(0)).label()).isEqualTo(word);
  }

  @Test
  void everyWordIsALabelBehindAsOrADot() {
    for (String word : List.of("select", "from", "order", "table", "limit", "end", "left", "is")) {
      assertThat(Shapes.select("select 1 as " + word).items().get(0).alias()).isEqualTo(word);
      assertThat(Shapes.of("t." + word)).isEqualTo("t." + word);
      assertThatThrownBy(() -> SqlParser.parse("select 1 from " + word))
          .isInstanceOf(SqlSyntaxException.class);
    }
    assertThat(Shapes.select("select 1 value, 2 \"X\", 3 type").items().get(2).alias())
        .isEqualTo("type");
    assertThat(Shapes.select("select a and from t").items().get(0).alias()).isEqualTo("and");
    assertThatThrownBy(() -> SqlParser.parse("select 1 day from t"))
        .isInstanceOf(SqlSyntaxException.class);
    assertThat(Shapes.of("left(a, 1)")).isEqualTo("left(a, 1)");
  }

  @Test
  void joinsNestAsTheirConditionsStand() {
    FromItem.Join join =
        (FromItem.Join)
            Shapes.select("select * from a join b left join c on 1 = 1 on 2 = 2 cross join d")
                .from()
                .get(0);
    assertThat(join.kind()).isEqualTo(FromItem.JoinKind.CROSS);
    FromItem.Join left = (FromItem.Join) join.left();
    assertThat(Shapes.of(Objects.requireNonNull(left.on()))).isEqualTo("(2 = 2)");
    FromItem.Join inner = (FromItem.Join) left.right();
    assertThat(inner.kind()).isEqualTo(FromItem.JoinKind.LEFT);
    FromItem.Join named =
        (FromItem.Join)
            Shapes.select(
                    "select * from ((a natural full outer join b) join c using (x) as u) as z(p)")
                .from()
                .get(0);
    assertThat(Objects.requireNonNull(named.alias()).columns()).containsExactly("p");
    assertThat(named.usingAlias()).isEqualTo("u");
    assertThat(((FromItem.Join) named.left()).natural()).isTrue();
  }

  @Test
  void functionsInFromAreItems() {
    Query.Select select =
        Shapes.select(
            "select * from f(1) with ordinality as x(a, b), g(2) as (c int, d text),"
                + " lateral h(x.a) y (e int), rows from (f(1), g(2) as (c int)) r, current_date,"
                + " json_table(j, '$' columns (n int path '$.n' default k on error)) jt,"
                + " xmltable('/a' passing q columns b int path 'b') as xt, coalesce(1, 2) c");
    assertThat(select.from()).hasSize(8).allMatch(i -> i instanceof FromItem.Function);
    FromItem.Function first = (FromItem.Function) select.from().get(0);
    assertThat(first.ordinality()).isTrue();
    FromItem.Function second = (FromItem.Function) select.from().get(1);
    assertThat(Objects.requireNonNull(second.alias()).typed()).isTrue();
    assertThat(second.alias().columns()).containsExactly("c", "d");
    assertThat(((FromItem.Function) select.from().get(3)).calls()).hasSize(2);
    assertThat(Shapes.of(((FromItem.Function) select.from().get(5)).calls().get(0)))
        .isEqualTo("~json_table(j, '$', '$.n', k)");
  }

  @Test
  void intersectBindsMoreTightlyThanUnion() {
    Query.SetOperation union =
        (Query.SetOperation)
            Shapes.query("select 1 union select 2 intersect select 3 except all select 4").body();
    assertThat(union.operator()).isEqualTo(Query.SetOperator.EXCEPT);
    assertThat(union.all()).isTrue();
    Query.SetOperation left = (Query.SetOperation) union.left().body();
    assertThat(left.operator()).isEqualTo(Query.SetOperator.UNION);
    assertThat(((Query.SetOperation) left.right().body()).operator())
        .isEqualTo(Query.SetOperator.INTERSECT);
  }

  @Test
  void limitsAreReadInEveryForm() {
    Query limited =
        Shapes.query("select 1 order by 1 offset 5 rows fetch next 10 rows with ties for share");
    assertThat(Shapes.of(Objects.requireNonNull(limited.limit()))).isEqualTo("10");
    assertThat(Shapes.of(Objects.requireNonNull(limited.offset()))).isEqualTo("5");
    assertThat(limited.withTies()).isTrue();
    assertThat(limited.locking()).hasSize(1);
    assertThat(Shapes.query("select 1 limit all").limit()).isNull();
    Query escaped = Shapes.query("select 1 {limit ? offset ?}");
    assertThat(Shapes.of(Objects.requireNonNull(escaped.offset()))).isEqualTo("$2");
    assertThatThrownBy(() -> SqlParser.parse("select 1 limit 1, 2"))
        .isInstanceOf(SqlSyntaxException.class);
    assertThatThrownBy(() -> SqlParser.parse("select 1 limit 1 limit 2"))
        .isInstanceOf(SqlSyntaxException.class);
  }

  @Test
  void clausesStandBehindParenthesesThatLackThem() {
    assertThat(Shapes.query("(select a from t order by a) limit 2").orderBy()).isEmpty();
    assertThat(Shapes.query("((select a from t limit 9)) order by a offset 1").limit()).isNull();
    assertThat(Shapes.query("(select a from t order by a) fetch first row with ties").withTies())
        .isTrue();
  }

  @Test
  void writesOfNewerServersAreRead() {
    MergeInto merge =
        (MergeInto)
            SqlParser.parse(
                    "merge into t using s on t.id = s.id"
                        + " when not matched by source and t.x then delete"
                        + " when matched then update set v = s.v"
                        + " when not matched by target then insert default values"
                        + " returning with (old as o) merge_action(), o.v")
                .statement();
    assertThat(merge.whens().get(0).match()).isEqualTo(MergeInto.Match.NOT_MATCHED_BY_SOURCE);
    assertThat(merge.whens().get(2).action()).isEqualTo(MergeInto.Action.INSERT);
    assertThat(merge.returning()).hasSize(2);
    Update update =
        (Update) SqlParser.parse("update t set a[1] = 2, (b, c.d) = row(1, default)").statement();
    assertThat(update.assignments().get(0).subscripted()).isTrue();
    assertThat(update.assignments().get(1).columns()).containsExactly("b", "c");
    assertThat(((Update) SqlParser.parse("update t set set = 1").statement()).target().alias())
        .isNull();
    assertThat(
            ((Delete) SqlParser.parse("delete from t where current of c").statement()).currentOf())
        .isEqualTo("c");
    assertThatThrownBy(
            () ->
                SqlParser.parse("merge into t using s on true when matched then insert values (1)"))
        .isInstanceOf(SqlSyntaxException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from a natural junk join b",
        "select 1 order by a using junk",
        "select 1 from t where",
        "select * from (t)",
        "select * from ((select 1) x)",
        "insert into t (a) (b) values (1)",
        "insert into t values ()",
        "update t set",
        "update t set a = 1 where b = 2 c",
        "delete t",
        "select distinct from t",
        "select f() 'x'",
        "with x as (drop table t) select 1",
        "select {fn f(1)",
        "select {x 1}",
        "select a from t for",
        "select unique (select 1)",
        "table t where true",
        "values (1) where true",
        "(select a from t order by a limit 3) limit 2",
        "((select a from t order by a) limit 2) order by a",
        "with c as (select 1) (with d as (select 2) select * from d)",
        "(select a from t offset 1) limit 2 offset 3",
        "select a from t fetch first row with ties"
      })
  void whatTheServerRefusesIsRefused(String sql) {
    assertThatThrownBy(() -> SqlParser.parse(sql)).isInstanceOf(SqlSyntaxException.class);
  }
}
