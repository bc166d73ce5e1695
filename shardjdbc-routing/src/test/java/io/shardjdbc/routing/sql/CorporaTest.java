package io.shardjdbc.routing.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Everything that PostgreSQL accepts is understood. */
class CorporaTest {

  @Test
  void everyStatementThatReadsOrChangesRowsIsParsedAsItsKind() {
    List<String> refused = new ArrayList<>();
    int parsed = 0;
    for (Corpora.Sample sample : Corpora.all()) {
      Class<? extends Statement> expected =
          switch (sample.kind()) {
            case "select" -> SelectStatement.class;
            case "insert" -> Insert.class;
            case "update" -> Update.class;
            case "delete" -> Delete.class;
            case "merge" -> Merge.class;
            default -> null;
          };
      if (expected != null) {
        try {
          assertThat(sample.parse().statement()).as(sample.sql()).isInstanceOf(expected);
          parsed++;
        } catch (SqlSyntaxException e) {
          refused.add(sample.sql() + "\n    " + e.getMessage());
        }
      }
    }
    System.out.println("parsed " + parsed + " statements of rows");
    assertThat(refused).isEmpty();
  }
}
