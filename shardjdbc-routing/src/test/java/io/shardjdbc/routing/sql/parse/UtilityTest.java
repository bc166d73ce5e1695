package io.shardjdbc.routing.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that are not DML give their verb and the objects they name. */
class UtilityTest {

  private static Utility utility(String sql) {
    return (Utility) SqlParser.parse(sql).statement();
  }

  private static String names(List<Name> names) {
    return names.stream().map(n -> String.join(".", n.parts())).collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          begin isolation level serializable            | begin     | -                 | -     | -
          start transaction read only                   | start     | transaction       | -     | -
          commit                                        | commit    | -                 | -     | -
          commit and chain                              | commit    | chain             | -     | -
          end work                                      | end       | -                 | -     | -
          abort                                         | abort     | -                 | -     | -
          rollback transaction and no chain             | rollback  | -                 | -     | -
          rollback to savepoint a                       | rollback  | savepoint         | -     | a
          rollback work to a                            | rollback  | savepoint         | -     | a
          savepoint a                                   | savepoint | -                 | -     | a
          release savepoint a                           | release   | -                 | -     | a
          release savepoint                             | release   | -                 | -     | savepoint
          prepare transaction 'x'                       | prepare   | transaction       | -     | -
          commit prepared 'x'                           | commit    | prepared          | -     | -
          rollback prepared 'x'                         | rollback  | prepared          | -     | -
          set search_path to a, b                       | set       | -                 | -     | search_path
          set local app.user = 'x'                      | set       | local             | -     | app.user
          set session x to 1                            | set       | session           | -     | x
          set time zone 'UTC'                           | set       | -                 | -     | timezone
          set names 'UTF8'                              | set       | -                 | -     | client_encoding
          set schema 's'                                | set       | -                 | -     | search_path
          set session authorization x                   | set       | -                 | -     | session_authorization
          set role none                                 | set       | -                 | -     | role
          set transaction read only                     | set       | transaction       | -     | -
          set session characteristics as transaction read only | set | session characteristics | - | default_transaction_read_only
          set session characteristics as transaction isolation level repeatable read, not deferrable read write | set | session characteristics | - | default_transaction_isolation default_transaction_deferrable default_transaction_read_only
          set session characteristics as transaction read nothing | set | session characteristics | - | -
          set constraints all deferred                  | set       | constraints       | -     | -
          reset all                                     | reset     | all               | -     | -
          show transaction isolation level              | show      | -                 | -     | transaction_isolation
          listen a                                      | listen    | -                 | -     | a
          notify a, 'x'                                 | notify    | -                 | -     | a
          discard temp                                  | discard   | temp              | -     | -
          fetch forward 5 from c                        | fetch     | -                 | -     | c
          move c                                        | move      | -                 | -     | c
          close all                                     | close     | all               | -     | -
          deallocate prepare p                          | deallocate | -                | -     | p
          execute p(1, 'x')                             | execute   | -                 | -     | p
          call s.p(1)                                   | call      | -                 | -     | s.p
          {call p(?, ?)}                                | call      | -                 | -     | p
          {? = call s.f(?)}                             | call      | -                 | -     | s.f
          do $$ begin end $$                            | do        | -                 | -     | -
          create table s.t (a int references u (b), like v including all, c int) | create | table | s.t | u v
          create table if not exists t partition of u for values in (1) | create | table | t | u
          create unlogged table t () inherits (a, b)    | create    | table             | t     | a b
          create foreign table t (a int) server s       | create    | foreign table     | t     | -
          create unique index concurrently if not exists i on only s.t (a) | create | index | s.t | i
          create index on t using gin (a)               | create    | index             | t     | -
          create or replace view v as select 1          | create    | view              | -     | v
          create trigger g before update of a on t for each row execute function f() | create | trigger | t | g
          create constraint trigger g after insert on t for each row execute function f() | create | trigger | t | g
          create event trigger e on ddl_command_start execute function f() | create | event trigger | - | e
          create policy p on t for select using (true)  | create    | policy            | t     | p
          create rule r as on insert to t do instead (delete from a; delete from b) | create | rule | t | r
          create statistics s on a, b from t            | create    | statistics        | t     | s
          create publication p for table a, b (x), only c where (x > 1) | create | publication | a b c | p
          create sequence s                             | create    | sequence          | -     | s
          create schema if not exists s                 | create    | schema            | -     | s
          create extension if not exists e              | create    | extension         | -     | e
          create or replace function f(int) returns int language sql begin atomic select 1; select case when true then 1 end; end | create | function | - | f
          create text search dictionary d (template = x) | create   | text search dictionary | - | d
          alter table if exists only s.t add column a int, add foreign key (a) references u | alter | table | s.t | u
          alter table t add a numeric(9, 2) default -1 not null references u on delete set default, alter b type int using c(b), inherit p | alter | table | t | u p
          alter table t add b int generated by default as identity references u, rename c to d | alter | table | t | u
          alter table t attach partition p for values in (1) | alter | table            | t     | p
          alter table t rename to u                     | alter     | table             | t     | u
          alter table t no inherit p                    | alter     | table             | t     | p
          alter table t add check (a > 1) no inherit not valid | alter | table          | t     | -
          alter index i rename to j                     | alter     | index             | -     | i
          alter system set x = 1                        | alter     | system            | -     | -
          drop table if exists a, s.b cascade           | drop      | table             | a s.b | -
          drop index concurrently i                     | drop      | index             | -     | i
          drop trigger g on t                           | drop      | trigger           | t     | g
          drop function f(int), g                       | drop      | function          | -     | f g
          truncate a, only b, c *                       | truncate  | table             | a b c | -
          truncate table a restart identity             | truncate  | table             | a     | -
          vacuum (full, analyze) a (x, y), b            | vacuum    | table             | a b   | -
          vacuum full verbose a                         | vacuum    | table             | a     | -
          analyze                                       | analyze   | table             | -     | -
          lock table a, b in share mode nowait          | lock      | table             | a b   | -
          copy s.t (a, b) from stdin                    | copy      | table             | s.t   | -
          comment on table t is 'x'                     | comment   | table             | t     | -
          comment on column s.t.c is 'x'                | comment   | column            | s.t   | s.t.c
          comment on constraint c on t is 'x'           | comment   | constraint        | t     | c
          grant select (a), insert on a, b to x         | grant     | table             | a b   | -
          grant all on all tables in schema s to x      | grant     | all tables        | -     | s
          grant usage on sequence s to x                | grant     | sequence          | -     | s
          grant a to b                                  | grant     | role              | -     | -
          revoke all on t from x                        | revoke    | table             | t     | -
          refresh materialized view concurrently v      | refresh   | materialized view | -     | v
          cluster t using i                             | cluster   | table             | t     | i
          cluster i on t                                | cluster   | table             | t     | i
          reindex table concurrently t                  | reindex   | table             | t     | -
          reindex (verbose) index i                     | reindex   | index             | -     | i
          """)
  void aStatementGivesItsVerbAndTheObjectsItNames(
      String sql, String verb, String object, String tables, String names) {
    Utility utility = utility(sql);
    assertThat(utility.verb()).isEqualTo(verb);
    assertThat(utility.object()).isEqualTo(object == null ? "" : object);
    assertThat(names(utility.tables())).isEqualTo(tables == null ? "" : tables);
    assertThat(names(utility.names())).isEqualTo(names == null ? "" : names);
    assertThat(utility.span().of(sql)).isEqualTo(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "explain select * from t where a = ?",
        "explain analyze verbose select 1",
        "explain (analyze false, costs off) (select 1) union (select 2)",
        "explain (select 1)",
        "prepare p (int) as select $1",
        "declare c scroll cursor with hold for select 1",
        "copy (select 1) to stdout",
        "create temp table t on commit drop as select 1 with no data",
        "create table t (a, b) as values (1, 2)",
        "create materialized view v as select 1 with data",
        "create view v with (security_barrier) as select 1 with local check option"
      })
  void theStatementInsideAnotherIsRead(String sql) {
    assertThat(utility(sql).inner()).isInstanceOf(SelectStatement.class);
  }

  @Test
  void whatAStatementInsideAnotherDoesNotUnderstandIsRefused() {
    for (String sql :
        List.of(
            "explain select 1 junk junk",
            "explain selec 1",
            "prepare p as",
            "declare c cursor for create table t (a int)",
            "create view v as select 1 junk junk")) {
      assertThatThrownBy(() -> SqlParser.parse(sql)).isInstanceOf(SqlSyntaxException.class);
    }
  }

  @Test
  void whatFollowsTheEndOfATransactionIsNotPassedOver() {
    for (String sql :
        List.of(
            "end select 1",
            "commit junk",
            "commit and junk",
            "rollback work junk",
            "rollback to a junk",
            "savepoint a junk",
            "savepoint",
            "release savepoint a, b",
            "begin read",
            "begin isolation level read only",
            "begin read only,",
            "start",
            "reset x junk",
            "discard all plans")) {
      assertThatThrownBy(() -> SqlParser.parse(sql)).as(sql).isInstanceOf(SqlSyntaxException.class);
    }
    for (String sql :
        List.of(
            "begin transaction isolation level repeatable read, read only not deferrable",
            "start transaction read write",
            "abort work and no chain",
            "reset session authorization")) {
      assertThat(SqlParser.parse(sql).statement()).as(sql).isInstanceOf(Utility.class);
    }
  }

  @Test
  void explainSaysWhetherItRunsItsStatement() {
    assertThat(utility("explain select 1").object()).isEmpty();
    assertThat(utility("explain (verbose, analyze) select 1").object()).isEqualTo("analyze");
    assertThat(utility("explain (analyze off) select 1").object()).isEmpty();
    assertThat(utility("explain analyse insert into t values (1)").object()).isEqualTo("analyze");
  }

  @Test
  void temporaryObjectsAreKnown() {
    assertThat(utility("create temporary table t (a int)").temporary()).isTrue();
    assertThat(utility("create local temp view v as select 1").temporary()).isTrue();
    assertThat(utility("create table temp (a int)").temporary()).isFalse();
  }

  @Test
  void parametersOfPreparedBodiesAreNotTheCallers() {
    assertThat(SqlParser.parse("prepare p as select $1").parameters()).isEmpty();
    assertThat(SqlParser.parse("explain select $1").parameters()).hasSize(1);
    assertThat(SqlParser.parse("call p(?)").parameters()).hasSize(1);
  }

  @Test
  void aTextWithoutAStatementHasNoVerb() {
    assertThat(utility("").verb()).isEmpty();
    assertThat(utility(" -- nothing\n /* here */ ;; ").verb()).isEmpty();
  }

  @Test
  void severalStatementsInOneTextAreToldApart() {
    assertThat(SqlParser.parse("select 1;").statement()).isInstanceOf(SelectStatement.class);
    assertThat(SqlParser.parse("select 1;; -- end").statement())
        .isInstanceOf(SelectStatement.class);
    assertThat(((Utility) SqlParser.parse(" ;; ").statement()).verb()).isEmpty();
    for (String sql :
        List.of("select 1; select 2", "begin; commit;", "drop table a;; select 1", ";select 1")) {
      assertThatThrownBy(() -> SqlParser.parse(sql))
          .isInstanceOfSatisfying(
              SqlSyntaxException.class,
              e -> assertThat(e.reason()).isEqualTo(SqlSyntaxException.Reason.SEVERAL_STATEMENTS));
    }
    assertThatThrownBy(() -> SqlParser.parse("select 1 2"))
        .isInstanceOfSatisfying(
            SqlSyntaxException.class,
            e -> assertThat(e.reason()).isEqualTo(SqlSyntaxException.Reason.SYNTAX));
  }

  @ParameterizedTest
  @ValueSource(strings = {"selec 1", "foo", "where 1", "'x'", "1", "\"select\" 1", "into t"})
  void whatStartsNoStatementIsRefused(String sql) {
    assertThatThrownBy(() -> SqlParser.parse(sql)).isInstanceOf(SqlSyntaxException.class);
  }
}
