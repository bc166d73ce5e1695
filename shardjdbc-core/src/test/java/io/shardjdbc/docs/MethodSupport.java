package io.shardjdbc.docs;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What an object of the library does when a method of JDBC is called. */
enum MethodSupport {
  /** The library does it. */
  DONE("Done"),
  /** The call goes to the driver's object of the shard that is concerned. */
  FORWARDED("Forwarded to the driver"),
  /** It throws a typed error. */
  REFUSED("Refused"),
  /** JDBC's own default stands. */
  DEFAULT("As JDBC's default has it");

  private static final List<String> FORWARDING =
      List.of("Forwarding", "Asking", "ColumnMetaData", "RowResultSet");

  final String title;

  MethodSupport(String title) {
    this.title = title;
  }

  /** Of a method of an interface, as the class of an object has it. */
  static MethodSupport of(Class<?> type, Method method) throws IOException {
    Method found;
    try {
      found = type.getMethod(method.getName(), method.getParameterTypes());
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
    Class<?> declaring = found.getDeclaringClass();
    if (declaring.isInterface()) {
      return DEFAULT;
    }
    if (isRefused(declaring, found)) {
      return REFUSED;
    }
    return FORWARDING.stream().anyMatch(declaring.getSimpleName()::startsWith) ? FORWARDED : DONE;
  }

  /** A method whose body does nothing but throw. */
  private static boolean isRefused(Class<?> declaring, Method method) throws IOException {
    Path file =
        Path.of(
            "src/main/java",
            declaring.getName().replaceAll("\\$.*", "").replace('.', '/') + ".java");
    String parameters =
        Arrays.stream(method.getParameters())
            .map(parameter -> "[^,()]*" + Pattern.quote(simple(parameter.getType())) + "[^,()]*")
            .collect(Collectors.joining(","));
    Matcher matcher =
        Pattern.compile(
                "\\b" + method.getName() + "\\(\\s*" + parameters + "\\)[^{};]*\\{\\s*(throw\\b)?")
            .matcher(Files.readString(file));
    if (!matcher.find()) {
      return false; // a component of a record, which is what it returns
    }
    return matcher.group(1) != null;
  }

  private static String simple(Class<?> type) {
    return type.isArray() ? simple(type.getComponentType()) : type.getSimpleName();
  }
}
