package io.shardjdbc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Savepoint;
import java.sql.ShardingKeyBuilder;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.junit.jupiter.api.Test;

/** The page that says of every method of JDBC whether it is forwarded, done or refused. */
class JdbcSupportPageTest {

  private static final Path PAGE = Path.of("..", "docs", "jdbc-support.md");
  private static final int WIDTH = 112;

  private static final String HEAD =
      """
      # JDBC, method by method

      What does an object of the library do when a program calls a method of JDBC? This page is generated from the
      classes. *Done* means that the library does it, over shards where that is meant. *Forwarded* means that the call
      goes to the driver's object of the shard that is concerned. *Refused* is a typed error with a way out; see
      [Errors](errors.md). What a method does with a statement that is refused is another matter: see
      [Limits](limits.md). A number behind a name is that of its overloads.

      """;

  /** An object that callers get, and what of JDBC it is. */
  private record Handed(String title, Class<?> jdbc, String type) {}

  private static final List<Handed> ALL =
      List.of(
          new Handed("DataSource", DataSource.class, "io.shardjdbc.ShardDataSource"),
          new Handed("Driver", Driver.class, "io.shardjdbc.ShardDriver"),
          new Handed("Connection", Connection.class, "io.shardjdbc.OpenConnection"),
          new Handed("Statement", Statement.class, "io.shardjdbc.jdbc.LogicalStatement"),
          new Handed(
              "PreparedStatement",
              PreparedStatement.class,
              "io.shardjdbc.jdbc.LogicalPreparedStatement"),
          new Handed(
              "CallableStatement",
              CallableStatement.class,
              "io.shardjdbc.jdbc.LogicalCallableStatement"),
          new Handed(
              "ResultSet of one shard", ResultSet.class, "io.shardjdbc.dispatch.OneShardResultSet"),
          new Handed(
              "ResultSet of several shards", ResultSet.class, "io.shardjdbc.merge.MergedResultSet"),
          new Handed(
              "ResultSetMetaData", ResultSetMetaData.class, "io.shardjdbc.jdbc.DescribedColumns"),
          new Handed(
              "DatabaseMetaData",
              DatabaseMetaData.class,
              "io.shardjdbc.jdbc.LogicalDatabaseMetaData"),
          new Handed("Array", Array.class, "io.shardjdbc.jdbc.ShardArray"),
          new Handed("Savepoint", Savepoint.class, "io.shardjdbc.jdbc.LogicalSavepoint"),
          new Handed(
              "ConnectionBuilder",
              ConnectionBuilder.class,
              "io.shardjdbc.PinningConnectionBuilder"),
          new Handed(
              "ShardingKeyBuilder", ShardingKeyBuilder.class, "io.shardjdbc.jdbc.KeyBuilder"),
          new Handed("XADataSource", XADataSource.class, "io.shardjdbc.ShardXADataSource"));

  @Test
  void thePageSaysWhatTheClassesDo() throws Exception {
    StringBuilder page = new StringBuilder(HEAD);
    for (Handed handed : ALL) {
      page.append("## ").append(handed.title()).append("\n\n");
      Map<MethodSupport, Map<String, Integer>> support = support(handed);
      for (Map.Entry<MethodSupport, Map<String, Integer>> entry : support.entrySet()) {
        page.append(paragraph(entry.getKey().title, entry.getValue())).append("\n");
      }
    }
    String text = page.toString().stripTrailing() + "\n";
    if (Boolean.getBoolean("shardjdbc.generate")) {
      Files.writeString(PAGE, text);
    }
    assertThat(PAGE)
        .as("run the test with -Dshardjdbc.generate=true to write it anew")
        .hasContent(text);
  }

  @Test
  void whatIsKnownIsTold() throws Exception {
    Map<MethodSupport, Map<String, Integer>> connection = support(ALL.get(2));
    assertThat(connection.get(MethodSupport.DONE)).containsKeys("commit", "setReadOnly");
    assertThat(support(ALL.get(0)).get(MethodSupport.REFUSED)).containsKey("setLoginTimeout");
    assertThat(support(ALL.get(7)).get(MethodSupport.REFUSED)).containsKey("updateRow");
    assertThat(support(ALL.get(6)).get(MethodSupport.FORWARDED)).containsKey("getLong");
  }

  private static Map<MethodSupport, Map<String, Integer>> support(Handed handed)
      throws IOException, ClassNotFoundException {
    Class<?> type = Class.forName(handed.type());
    Map<MethodSupport, Map<String, Integer>> all = new EnumMap<>(MethodSupport.class);
    for (Method method : methods(handed.jdbc())) {
      all.computeIfAbsent(MethodSupport.of(type, method), s -> new TreeMap<>())
          .merge(method.getName(), 1, Integer::sum);
    }
    return all;
  }

  /** What an interface has beside those that it extends within JDBC. */
  private static List<Method> methods(Class<?> jdbc) {
    List<Method> methods = new ArrayList<>(Arrays.asList(jdbc.getDeclaredMethods()));
    methods.removeIf(method -> Modifier.isStatic(method.getModifiers()));
    methods.removeIf(method -> method.isBridge() || method.isSynthetic());
    methods.sort(Comparator.comparing(Method::toString));
    return methods;
  }

  private static String paragraph(String title, Map<String, Integer> names) {
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder("**" + title + ":**");
    for (Map.Entry<String, Integer> name : names.entrySet()) {
      String word =
          "`" + name.getKey() + "`" + (name.getValue() > 1 ? " (" + name.getValue() + ")" : "");
      if (line.length() + word.length() + 1 > WIDTH) {
        text.append(line).append('\n');
        line.setLength(0);
      } else {
        line.append(' ');
      }
      line.append(word);
    }
    return text.append(line).append('\n').toString();
  }
}
