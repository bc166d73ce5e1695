package io.shardjdbc.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The interfaces of {@code java.sql} as Java 17 declares them, on any later JDK too.
 *
 * <p>Reflection would show the running JDK's own, which grow; the compiler's {@code --release 17}
 * shows the ones that this library is compiled against.
 */
final class JdbcInterfaces {

  private final Map<String, List<JdbcMethod>> methods;

  private JdbcInterfaces(Map<String, List<JdbcMethod>> methods) {
    this.methods = methods;
  }

  /** The instance methods of an interface with those it inherits, sorted by signature. */
  List<JdbcMethod> methodsOf(String simpleName) {
    List<JdbcMethod> found = methods.get(simpleName);
    if (found == null) {
      throw new IllegalArgumentException(simpleName);
    }
    return found;
  }

  /** Those of {@code simpleName} that {@code parent} does not have. */
  List<JdbcMethod> methodsBeyond(String simpleName, String parent) {
    Set<String> known =
        methodsOf(parent).stream().map(JdbcMethod::signature).collect(Collectors.toSet());
    return methodsOf(simpleName).stream().filter(m -> !known.contains(m.signature())).toList();
  }

  static JdbcInterfaces read(List<String> simpleNames) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Reader reader = new Reader(simpleNames);
    JavaCompiler.CompilationTask task =
        compiler.getTask(
            null,
            null,
            null,
            List.of("--release", "17", "-proc:only"),
            List.of("java.lang.Object"),
            null);
    task.setProcessors(List.of(reader));
    if (!task.call()) {
      throw new IllegalStateException("the compiler does not read java.sql");
    }
    return new JdbcInterfaces(reader.methods);
  }

  private static final class Reader extends AbstractProcessor {
    private final List<String> simpleNames;
    private final Map<String, List<JdbcMethod>> methods = new TreeMap<>();

    Reader(List<String> simpleNames) {
      this.simpleNames = simpleNames;
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
      return Set.of("*");
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
      return SourceVersion.latest();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
      if (methods.isEmpty()) {
        Elements elements = processingEnv.getElementUtils();
        for (String simpleName : simpleNames) {
          methods.put(
              simpleName, read(elements, elements.getTypeElement("java.sql." + simpleName)));
        }
      }
      return false;
    }

    private static List<JdbcMethod> read(Elements elements, TypeElement type) {
      List<JdbcMethod> found = new ArrayList<>();
      for (ExecutableElement method : ElementFilter.methodsIn(elements.getAllMembers(type))) {
        if (method.getEnclosingElement() instanceof TypeElement owner
            && owner.getKind() == ElementKind.INTERFACE
            && !method.getModifiers().contains(Modifier.STATIC)) {
          found.add(read(owner, method));
        }
      }
      found.sort(Comparator.comparing(JdbcMethod::signature));
      return List.copyOf(found);
    }

    private static JdbcMethod read(TypeElement owner, ExecutableElement method) {
      String typeParameters =
          method.getTypeParameters().isEmpty()
              ? ""
              : method.getTypeParameters().stream()
                  .map(Object::toString)
                  .collect(Collectors.joining(", ", "<", "> "));
      return new JdbcMethod(
          owner.getSimpleName().toString(),
          typeParameters,
          source(method.getReturnType()),
          method.getSimpleName().toString(),
          method.getParameters().stream().map(p -> source(p.asType())).toList(),
          method.getThrownTypes().stream().map(Reader::source).toList());
    }

    private static String source(javax.lang.model.type.TypeMirror type) {
      return type.toString().replace(",", ", ");
    }
  }
}
