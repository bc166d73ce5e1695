package io.shardjdbc.tests.house;

/** Java of a page made into a program: what the page leaves out is imported and wrapped. */
record Snippet(String className, String source) {

  private static final String IMPORTS =
      """
      import io.shardjdbc.*;
      import io.shardjdbc.config.*;
      import io.shardjdbc.ids.*;
      import io.shardjdbc.micrometer.*;
      import io.shardjdbc.observe.*;
      import io.shardjdbc.opentelemetry.*;
      import io.shardjdbc.outcome.*;
      import io.shardjdbc.outcome.Outcome;
      import io.shardjdbc.replication.*;
      import io.shardjdbc.routing.*;
      import io.shardjdbc.routing.plan.*;
      import io.shardjdbc.saga.*;
      import io.shardjdbc.saga.outbox.*;
      import io.shardjdbc.testkit.*;
      import io.shardjdbc.testkit.routes.*;
      import io.shardjdbc.testkit.twin.*;
      import java.io.InputStream;
      import java.nio.file.*;
      import java.sql.*;
      import java.time.*;
      import java.util.*;
      import javax.sql.DataSource;
      import javax.sql.XADataSource;
      import org.junit.jupiter.api.*;
      import org.junit.jupiter.api.extension.*;
      import org.postgresql.ds.PGSimpleDataSource;
      import static org.assertj.core.api.Assertions.*;
      """;

  /** Statements become the body of a main method; whole classes and members stay. */
  static Snippet of(String className, String block) {
    String body =
        block.contains("class ")
            ? block
            : "public static void main(String[] arguments) throws Exception {\n" + block + "}\n";
    return new Snippet(className, IMPORTS + "class " + className + " {\n" + body + "}\n");
  }
}
