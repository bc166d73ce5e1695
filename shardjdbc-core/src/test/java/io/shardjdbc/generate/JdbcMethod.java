package io.shardjdbc.generate;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One method of an interface of {@code java.sql}, its types as source text with qualified names.
 *
 * @param declaredBy the simple name of the interface that declares it
 * @param typeParameters {@code "<T> "} or the empty string
 */
record JdbcMethod(
    String declaredBy,
    String typeParameters,
    String returnType,
    String name,
    List<String> parameterTypes,
    List<String> thrown) {

  boolean returnsNothing() {
    return returnType.equals("void");
  }

  boolean throwsSqlException() {
    return thrown.contains("java.sql.SQLException");
  }

  boolean firstParameterIs(String type) {
    return !parameterTypes.isEmpty() && parameterTypes.get(0).equals(type);
  }

  /** The parameters' names: {@code p1, p2, p3}. */
  String arguments() {
    return argumentsFrom(1);
  }

  /** The parameters' names from the n-th on, counted from 1. */
  String argumentsFrom(int n) {
    return IntStream.rangeClosed(n, parameterTypes.size())
        .mapToObj(i -> "p" + i)
        .collect(Collectors.joining(", "));
  }

  /** The declarations of the parameters from the n-th on: {@code int p1, String p2}. */
  String declarationsFrom(int n) {
    return IntStream.rangeClosed(n, parameterTypes.size())
        .mapToObj(i -> parameterTypes.get(i - 1) + " p" + i)
        .collect(Collectors.joining(", "));
  }

  /** A call of it on {@code target} with its own parameters. */
  String callOn(String target) {
    return target + "." + name + "(" + arguments() + ")";
  }

  /** Name and parameter types: what makes it the same method in two interfaces. */
  String signature() {
    return name + "(" + String.join(",", parameterTypes) + ")";
  }
}
