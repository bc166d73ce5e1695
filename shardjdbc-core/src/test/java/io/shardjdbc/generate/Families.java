package io.shardjdbc.generate;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says which classes are generated, and what the body of each of their methods is. */
final class Families {

  static final String PACKAGE = "io.shardjdbc.wrap";

  private static final String REFUSE = "throw io.shardjdbc.error.SqlErrors.notImplemented(\"%s\");";

  private static final Set<String> MUTABLE =
      Set.of(
          "byte[]",
          "java.lang.Object",
          "java.sql.Date",
          "java.sql.Time",
          "java.sql.Timestamp",
          "java.util.Calendar");

  private final JdbcInterfaces jdbc =
      JdbcInterfaces.read(
          List.of(
              "Connection",
              "Statement",
              "PreparedStatement",
              "CallableStatement",
              "ResultSet",
              "ResultSetMetaData",
              "DatabaseMetaData"));

  List<SourceWriter> all() {
    return List.of(
        BindingSources.binding(),
        refusing("Connection"),
        refusing("Statement"),
        forwarding("Connection"),
        forwarding("Statement"),
        forwardingResultSet(),
        forwardingPreparedStatement(),
        recordingPreparedStatement(),
        recordingCallableStatement(),
        rowResultSet(),
        columnMetaData(),
        askingDatabaseMetaData());
  }

  private static SourceWriter type(String name, String javadoc, String declaration) {
    return new SourceWriter(PACKAGE, name, javadoc, declaration);
  }

  private static String refuse(JdbcMethod method, String interfaceName) {
    return REFUSE.formatted(interfaceName + "." + method.name());
  }

  private static String forward(JdbcMethod method, String target) {
    return (method.returnsNothing() ? "" : "return ") + method.callOn(target) + ";";
  }

  private SourceWriter refusing(String interfaceName) {
    SourceWriter source =
        type(
            "Refusing" + interfaceName,
            "A {@link java.sql."
                + interfaceName
                + "} that refuses each method which a subclass does not implement.",
            "public abstract class Refusing"
                + interfaceName
                + " implements java.sql."
                + interfaceName);
    for (JdbcMethod method : jdbc.methodsOf(interfaceName)) {
      if (method.throwsSqlException()) {
        source.override(method, refuse(method, interfaceName));
      }
    }
    return source;
  }

  private SourceWriter forwarding(String interfaceName) {
    SourceWriter source =
        type(
                "Forwarding" + interfaceName,
                "A {@link java.sql."
                    + interfaceName
                    + "} that hands each call to another one, but for what a subclass overrides.",
                "public abstract class Forwarding"
                    + interfaceName
                    + " implements java.sql."
                    + interfaceName)
            .member(
                "/** Where the calls go. */\nprotected abstract java.sql."
                    + interfaceName
                    + " delegate() throws java.sql.SQLException;");
    for (JdbcMethod method : jdbc.methodsOf(interfaceName)) {
      if (method.throwsSqlException()) {
        String forward = forward(method, "delegate()");
        if (isOfColumn(method)) {
          String value = method.parameterTypes().size() > 1 ? "p2" : "null";
          source.override(method, "changing(p1, " + value + ");", forward);
        } else {
          source.override(method, forward);
        }
      }
    }
    return source;
  }

  private SourceWriter forwardingResultSet() {
    return forwarding("ResultSet")
        .member(
            """
            /**
             * Notes that a column of the current row, or of one to insert, gets another value.
             *
             * @param value as the caller gives it
             */
            protected void changing(int column, @org.jspecify.annotations.Nullable Object value)
                throws java.sql.SQLException {}\
            """)
        .member(
            """
            /** The same of a column by its label. */
            protected void changing(String label, @org.jspecify.annotations.Nullable Object value)
                throws java.sql.SQLException {}\
            """);
  }

  /** Whether a method of a result gives one column another value. */
  private static boolean isOfColumn(JdbcMethod method) {
    return method.name().startsWith("update") && !method.parameterTypes().isEmpty();
  }

  private SourceWriter forwardingPreparedStatement() {
    SourceWriter source =
        type(
                "ForwardingPreparedStatement",
                "A {@link java.sql.PreparedStatement} that hands each call to another one, but for"
                    + " what a subclass overrides.",
                "public abstract class ForwardingPreparedStatement extends ForwardingStatement"
                    + " implements java.sql.PreparedStatement")
            .member(
                "@Override\nprotected abstract java.sql.PreparedStatement delegate() throws"
                    + " java.sql.SQLException;");
    for (JdbcMethod method : jdbc.methodsBeyond("PreparedStatement", "Statement")) {
      source.override(method, forward(method, "delegate()"));
    }
    return source;
  }

  private SourceWriter recordingPreparedStatement() {
    SourceWriter source =
        type(
                "RecordingPreparedStatement",
                """
                A {@link java.sql.PreparedStatement} whose setters record what to bind.

                <p>Everything that a plain statement does is handed to another one; executing, batches
                and {@code setArray} are for the subclass.\
                """,
                "public abstract class RecordingPreparedStatement extends ForwardingStatement"
                    + " implements java.sql.PreparedStatement")
            .member(
                """
                /** Takes what a setter was given for a marker, counted from 1. */
                protected abstract void record(int index, Binding binding)
                    throws java.sql.SQLException;\
                """)
            .member(
                """
                /** A copy of a value that its owner might change before it is bound. */
                protected abstract <T> T snapshot(T value) throws java.sql.SQLException;\
                """);
    List<JdbcMethod> setters =
        jdbc.methodsBeyond("PreparedStatement", "Statement").stream()
            .filter(m -> m.name().startsWith("set") && m.firstParameterIs("int"))
            .filter(m -> !m.name().equals("setArray"))
            .toList();
    for (JdbcMethod setter : setters) {
      source.override(
          setter,
          "record(p1, new " + BindingSources.recordName(setter) + "(" + snapshots(setter) + "));");
    }
    setters.forEach(setter -> source.member(BindingSources.record(setter)));
    return source;
  }

  private static String snapshots(JdbcMethod setter) {
    return IntStream.rangeClosed(2, setter.parameterTypes().size())
        .mapToObj(
            i ->
                MUTABLE.contains(setter.parameterTypes().get(i - 1))
                    ? "snapshot(p" + i + ")"
                    : "p" + i)
        .collect(Collectors.joining(", "));
  }

  private SourceWriter recordingCallableStatement() {
    SourceWriter source =
        type(
                "RecordingCallableStatement",
                """
                A {@link java.sql.CallableStatement} that records OUT parameters by position and hands
                everything that a prepared statement does to one.

                <p>The server has no named parameters of calls, so those methods are refused.\
                """,
                "public abstract class RecordingCallableStatement extends"
                    + " ForwardingPreparedStatement implements java.sql.CallableStatement")
            .member(
                """
                /** Declares an OUT parameter on a physical statement. */
                public interface Registration {
                  void register(java.sql.CallableStatement target, int index)
                      throws java.sql.SQLException;
                }\
                """)
            .member(
                """
                /** Takes what {@code registerOutParameter} was given for a marker, counted from 1. */
                protected abstract void register(int index, Registration registration)
                    throws java.sql.SQLException;\
                """)
            .member(
                """
                /** The physical statement that was executed and holds the OUT values. */
                protected abstract java.sql.CallableStatement answered()
                    throws java.sql.SQLException;\
                """);
    for (JdbcMethod method : jdbc.methodsBeyond("CallableStatement", "PreparedStatement")) {
      if (method.firstParameterIs("java.lang.String")) {
        source.override(method, refuse(method, "CallableStatement"));
      } else if (method.name().equals("registerOutParameter")) {
        source.override(
            method,
            "register(p1, (target, index) -> target.registerOutParameter(index, "
                + method.argumentsFrom(2)
                + "));");
      } else {
        source.override(method, forward(method, "answered()"));
      }
    }
    return source;
  }

  private SourceWriter rowResultSet() {
    SourceWriter source =
        type(
                "RowResultSet",
                """
                A {@link java.sql.ResultSet} whose current row is a row of another one, some of its
                columns perhaps hidden or in another order.

                <p>It reads columns; moving, closing and metadata are for the subclass, and updating is
                refused.\
                """,
                "public abstract class RowResultSet implements java.sql.ResultSet")
            .member(
                "/** Where the current row is. */\n"
                    + "protected abstract java.sql.ResultSet row() throws java.sql.SQLException;")
            .member(
                "/** Which column of {@link #row()} the caller's is, both counted from 1. */\n"
                    + "protected abstract int column(int index) throws java.sql.SQLException;");
    for (JdbcMethod method : jdbc.methodsOf("ResultSet")) {
      boolean getter = method.name().startsWith("get");
      String rest = method.parameterTypes().size() > 1 ? ", " + method.argumentsFrom(2) : "";
      if (!method.throwsSqlException()) {
        continue;
      }
      if (getter && method.firstParameterIs("int")) {
        source.override(method, "return row()." + method.name() + "(column(p1)" + rest + ");");
      } else if (getter && method.firstParameterIs("java.lang.String")) {
        source.override(method, "return " + method.name() + "(findColumn(p1)" + rest + ");");
      } else {
        source.override(method, refuse(method, "ResultSet"));
      }
    }
    return source;
  }

  private SourceWriter columnMetaData() {
    SourceWriter source =
        type(
                "ColumnMetaData",
                "A {@link java.sql.ResultSetMetaData} of some columns of another one.",
                "public abstract class ColumnMetaData implements java.sql.ResultSetMetaData")
            .member(
                "/** What describes all columns. */\n"
                    + "protected abstract java.sql.ResultSetMetaData delegate() throws"
                    + " java.sql.SQLException;")
            .member(
                "/** Which column of {@link #delegate()} the caller's column is. */\n"
                    + "protected abstract int column(int index) throws java.sql.SQLException;");
    for (JdbcMethod method : jdbc.methodsOf("ResultSetMetaData")) {
      if (method.firstParameterIs("int")) {
        source.override(method, "return delegate()." + method.name() + "(column(p1));");
      } else if (!method.name().equals("getColumnCount")) {
        source.override(method, forward(method, "delegate()"));
      }
    }
    return source;
  }

  private SourceWriter askingDatabaseMetaData() {
    SourceWriter source =
        type(
                "AskingDatabaseMetaData",
                "A {@link java.sql.DatabaseMetaData} that asks a physical connection.",
                "public abstract class AskingDatabaseMetaData implements java.sql.DatabaseMetaData")
            .member(
                """
                /** One question. */
                public interface Question<T> {
                  T ask(java.sql.DatabaseMetaData metaData) throws java.sql.SQLException;
                }\
                """)
            .member(
                "/** Answers with a value. */\n"
                    + "protected abstract <T> T value(Question<T> question) throws"
                    + " java.sql.SQLException;")
            .member(
                "/** Answers with rows. */\n"
                    + "protected abstract java.sql.ResultSet rows(Question<java.sql.ResultSet>"
                    + " question) throws java.sql.SQLException;");
    for (JdbcMethod method : jdbc.methodsOf("DatabaseMetaData")) {
      boolean local = List.of("getConnection", "unwrap", "isWrapperFor").contains(method.name());
      if (!local && method.throwsSqlException()) {
        String answer = method.returnType().equals("java.sql.ResultSet") ? "rows" : "value";
        source.override(method, "return " + answer + "(m -> " + method.callOn("m") + ");");
      }
    }
    return source;
  }
}
