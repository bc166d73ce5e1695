package io.shardjdbc.examples.frameworks;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.DirectoryResourceAccessor;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Liquibase: tables, columns, data from a file, preconditions, and a way back. */
@Tag("long")
class ChangelogTest {

  @RegisterExtension
  @Order(1)
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension
  @Order(2)
  static final EachWay each =
      new EachWay(
          cluster,
          """
          transactions: two-phase
          tables: {book: {key: id}, shop: {reference: true}, "*": {shard: s0}}
          """);

  private static final String CHANGES =
      """
      databaseChangeLog:
        - changeSet:
            id: 1
            author: us
            changes:
              - createTable:
                  tableName: book
                  columns:
                    - column: {name: id, type: bigint, autoIncrement: true, constraints: {primaryKey: true}}
                    - column: {name: title, type: varchar(80), constraints: {nullable: false}}
              - createTable:
                  tableName: shop
                  columns:
                    - column: {name: code, type: varchar(8), constraints: {primaryKey: true}}
                    - column: {name: name, type: text}
        - changeSet:
            id: 2
            author: us
            preConditions:
              - onFail: MARK_RAN
              - not: {columnExists: {tableName: book, columnName: price}}
            changes:
              - addColumn:
                  tableName: book
                  columns: [{column: {name: price, type: 'numeric(8,2)', defaultValueNumeric: 1.5}}]
              - createIndex:
                  tableName: book
                  indexName: book_by_title
                  columns: [{column: {name: title}}]
        - changeSet:
            id: 3
            author: us
            changes:
              - loadData: {tableName: book, file: books.csv, usePreparedStatements: true}
              - loadData: {tableName: shop, file: shops.csv}
              - update:
                  tableName: book
                  columns: [{column: {name: title, value: the last}}]
                  where: id = 6
            rollback: [{delete: {tableName: book}}, {delete: {tableName: shop}}]
        - changeSet:
            id: 4
            author: us
            preConditions:
              - onFail: MARK_RAN
              - sqlCheck: {expectedResult: 99, sql: select count(*) from book}
            changes: [{dropTable: {tableName: book}}]
            rollback: empty
      """;

  private static void change(DataSource dataSource, Path files, int back) throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      Liquibase liquibase =
          new Liquibase(
              "changes.yaml",
              new DirectoryResourceAccessor(files),
              DatabaseFactory.getInstance()
                  .findCorrectDatabaseImplementation(new JdbcConnection(connection)));
      liquibase.update(new Contexts());
      if (back > 0) {
        liquibase.rollback(back, "");
      }
    }
  }

  @Test
  void changesAreMadeOnceAndUndone(@TempDir Path files) throws Exception {
    Files.writeString(files.resolve("changes.yaml"), CHANGES);
    Files.writeString(files.resolve("books.csv"), "title\na\nb\nc\nd\ne\nf\n");
    Files.writeString(files.resolve("shops.csv"), "code,name\nx,X\ny,Y\n");
    each.same(
        dataSource -> {
          JdbcTemplate sql = new JdbcTemplate(dataSource);
          List<String> said = new ArrayList<>();
          change(dataSource, files, 0);
          change(dataSource, files, 0);
          said.add(sql.queryForList("SELECT * FROM book ORDER BY id").toString());
          said.add(sql.queryForList("SELECT * FROM shop ORDER BY code").toString());
          said.add(
              sql.queryForList("SELECT id, exectype FROM databasechangelog ORDER BY orderexecuted")
                  .toString());
          change(dataSource, files, 2);
          said.add(sql.queryForList("SELECT count(*) FROM book").toString());
          return said;
        });
  }
}
