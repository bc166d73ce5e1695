package io.shardjdbc.routing.sql.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a statement does and to which tables, in a few words. */
class StatementSummaryTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          select * from users where id = 'secret'                  | SELECT users
          SELECT * FROM songs, artists a JOIN x.y ON true          | SELECT songs artists x.y
          select * from (select 1 from "Orders" o) d               | SELECT SELECT "Orders"
          insert into orders (a, b) select a, b from carts         | INSERT orders SELECT carts
          insert into orders values (1, 'secret')                  | INSERT orders
          update users u set a = 1 from posts p where p.id = u.id  | UPDATE users posts
          delete from users where id in (select id from gone)      | DELETE users SELECT gone
          merge into t using s on t.id = s.id when matched then delete | MERGE t s
          with n as (select 1 from a) update b set x = 1 from n    | SELECT a UPDATE b
          with n as (select 1 from a) select * from n              | SELECT a SELECT
          select 1 union all select 2 from t                       | SELECT SELECT t
          values (1, 2)                                            | VALUES
          create table if not exists t (id int)                    | CREATE TABLE t
          create index i on t (id)                                 | CREATE INDEX t
          drop view v                                              | DROP VIEW v
          savepoint s17                                            | SAVEPOINT
          set work_mem = '1MB'                                     | SET
          explain select * from users                              | EXPLAIN SELECT users
          call transfer(1, 2)                                      | CALL transfer
          commit                                                   | COMMIT
          selekt 1                                                 | SELEKT
          """)
  void operationsAndTargetsInTheOrderOfTheText(String sql, String summary) {
    assertThat(StatementSummary.of(sql)).isEqualTo(summary);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          select  1, 'a secret' /* of mine */ from t    | select ?, ? from t
          SELECT * FROM t WHERE a = ? AND b IN (1,2.5)  | SELECT * FROM t WHERE a = ? AND b IN (?,?)
          SELECT $$secret$$, E'x', B'101', x.y FROM "Q" | SELECT ?, ?, ?, x.y FROM "Q"
          SELECT 'open                                  | select
          """)
  void withoutLiteralsATextSaysNothingOfValues(String sql, String plain) {
    assertThat(PlainText.of(sql)).isEqualTo(plain);
  }

  @Test
  void aLongOneIsCutAtAWord() {
    String many = "table_of_many_words, ".repeat(40);
    String summary = StatementSummary.of("SELECT 1 FROM " + many + "last");
    assertThat(summary).hasSizeLessThanOrEqualTo(255).endsWith(" table_of_many_words");
  }
}
