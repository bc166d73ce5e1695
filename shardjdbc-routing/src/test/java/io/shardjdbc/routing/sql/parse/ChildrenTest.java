package io.shardjdbc.routing.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.sql.ColumnChange;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every node tells of all that is below it, whichever way it is asked. */
class ChildrenTest {

  private final Map<Class<?>, RecordComponent[]> components = new IdentityHashMap<>();
  private final Set<Class<?>> seen = new HashSet<>();

  @Test
  void everyPartIsAChild() throws ReflectiveOperationException {
    for (Corpora.Sample sample : Corpora.all()) {
      try {
        check(sample.parse().statement());
      } catch (SqlSyntaxException e) {
        // Which statements are not understood is another test's matter.
      }
    }
    assertThat(seen).hasSizeGreaterThan(20);
  }

  private void check(Node node) throws ReflectiveOperationException {
    seen.add(node.getClass());
    List<Node> parts = new ArrayList<>();
    collect(node, parts);
    List<Node> each = new ArrayList<>();
    node.eachChild(each::add);
    List<Node> any = new ArrayList<>();
    boolean found = node.anyChild(child -> !any.add(child));
    List<? extends Node> children = node.children();
    assertThat(found).isFalse();
    assertThat(same(each, children) && same(any, children)).as("%s", node).isTrue();
    assertThat(sameInAnyOrder(parts, children)).as("%s", node).isTrue();
    for (Node child : children) {
      check(child);
    }
  }

  /** The nodes that a record's components hold, or those of values that are no nodes themselves. */
  private void collect(Object record, List<Node> into) throws ReflectiveOperationException {
    RecordComponent[] parts =
        components.computeIfAbsent(record.getClass(), Class::getRecordComponents);
    for (RecordComponent part : parts) {
      add(part.getAccessor().invoke(record), into);
    }
  }

  private void add(@Nullable Object value, List<Node> into) throws ReflectiveOperationException {
    if (value instanceof Node node) {
      into.add(node);
    } else if (value instanceof Collection<?> all) {
      for (Object one : all) {
        add(one, into);
      }
    } else if (value instanceof Record record && !(value instanceof ColumnChange)) {
      // What a definition computes for later rows is no part of what it does.
      collect(record, into);
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean same(List<Node> some, List<? extends Node> others) {
    boolean same = some.size() == others.size();
    for (int i = 0; same && i < some.size(); i++) {
      same = some.get(i) == others.get(i);
    }
    return same;
  }

  private static boolean sameInAnyOrder(List<Node> some, List<? extends Node> others) {
    Map<Node, Boolean> left = new IdentityHashMap<>();
    some.forEach(node -> left.put(node, true));
    return some.size() == others.size() && others.stream().allMatch(n -> left.remove(n) != null);
  }
}
