package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.plan.number.CountedText.Slot;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls of {@code currval} and {@code lastval} in a statement, which no server can answer: the
 * session's numbers were taken by the library. They become markers for what the session remembers.
 *
 * <p>A statement that moves the same sequence on has another answer for each row, and is left to
 * whoever refuses it.
 */
final class RememberedNumbers {

  private record Asked(AskedCall call, List<String> sequence) {}

  private final List<Asked> calls;

  private RememberedNumbers(List<Asked> calls) {
    this.calls = calls;
  }

  static RememberedNumbers none() {
    return new RememberedNumbers(List.of());
  }

  /**
   * @param slots the numbers that the statement takes
   */
  static RememberedNumbers of(Node statement, Sequences sequences, List<Slot> slots) {
    List<Asked> calls = new ArrayList<>();
    boolean clear = collect(statement, sequences, calls, slots);
    return new RememberedNumbers(clear ? calls : List.of());
  }

  private static boolean collect(
      Node node, Sequences sequences, List<Asked> calls, List<Slot> slots) {
    return node.allChildren(child -> collect(child, node, sequences, calls, slots));
  }

  private static boolean collect(
      Node child, Node parent, Sequences sequences, List<Asked> calls, List<Slot> slots) {
    if (child instanceof Expr.Call call && !(parent instanceof FromItem)) {
      List<String> sequence = sequences.remembered(call);
      if (sequence != null) {
        boolean moved =
            slots.stream().anyMatch(s -> sequence.isEmpty() || s.draw().name().equals(sequence));
        if (!moved) {
          calls.add(new Asked(AskedCall.in(parent, call), sequence));
        }
        return !moved;
      }
      if (Sequences.isStep(call) && slots.isEmpty()) {
        return false;
      }
    }
    return collect(child, sequences, calls, slots);
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /** The sequences, call by call; no name for that of the number that was taken last. */
  List<List<String>> names() {
    return calls.stream().map(Asked::sequence).toList();
  }

  /**
   * The calls as markers.
   *
   * @param before how many numbers come before theirs
   */
  List<Edit> edits(int before) {
    return AskedCall.edits(calls.stream().map(Asked::call).toList(), before);
  }
}
