package io.shardjdbc.routing.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever tells routes or merges apart has an answer for every kind of them. */
class CasesTest {

  @TempDir private Path classes;

  @ParameterizedTest
  @ValueSource(classes = {Route.Cases.class, Merge.Cases.class})
  void casesWithOneOfThemForgottenDoNotCompile(Class<?> cases) throws Exception {
    Method[] all = cases.getDeclaredMethods();
    List<JavaFileObject> sources = new ArrayList<>();
    sources.add(source("Whole", cases, List.of(all)));
    for (Method forgotten : all) {
      List<Method> rest = Arrays.stream(all).filter(method -> !method.equals(forgotten)).toList();
      sources.add(source("Without_" + forgotten.getName(), cases, rest));
    }
    assertThat(failing(sources))
        .containsExactlyInAnyOrder(
            Arrays.stream(all).map(m -> "Without_" + m.getName()).toArray(String[]::new));
  }

  @Test
  void thereIsOneCaseForEachKind() {
    assertThat(kinds(Route.class)).hasSize(Route.Cases.class.getDeclaredMethods().length);
    assertThat(kinds(Merge.class)).hasSize(Merge.Cases.class.getDeclaredMethods().length);
    for (Class<?> cases : List.of(Route.Cases.class, Merge.Cases.class)) {
      assertThat(cases.getDeclaredMethods())
          .allMatch(method -> Modifier.isAbstract(method.getModifiers()));
    }
  }

  private static List<Class<?>> kinds(Class<?> type) {
    if (!type.isSealed()) {
      return List.of(type);
    }
    List<Class<?>> kinds = new ArrayList<>();
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      kinds.addAll(kinds(permitted));
    }
    return kinds;
  }

  private List<String> failing(List<JavaFileObject> sources) throws Exception {
    Path library = Path.of(Route.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of("-cp", library.toString(), "-d", classes.toString(), "-proc:none");
    ToolProvider.getSystemJavaCompiler().getTask(null, null, found, options, null, sources).call();
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .filter(
            diagnostic -> diagnostic.getCode().equals("compiler.err.does.not.override.abstract"))
        .map(Diagnostic::getSource)
        .map(file -> file.getName().replaceAll("[/.]|java$", ""))
        .distinct()
        .toList();
  }

  private static JavaFileObject source(String name, Class<?> cases, List<Method> methods) {
    String answers =
        methods.stream()
            .map(
                method ->
                    "  public String %s(%s it) { return \"\"; }\n"
                        .formatted(
                            method.getName(), method.getParameterTypes()[0].getCanonicalName()))
            .collect(Collectors.joining());
    String text =
        "class %s implements %s<String, RuntimeException> {\n%s}\n"
            .formatted(name, cases.getCanonicalName(), answers);
    return new SimpleJavaFileObject(
        URI.create("memory:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
