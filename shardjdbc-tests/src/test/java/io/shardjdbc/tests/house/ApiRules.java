package io.shardjdbc.tests.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the modules show, and the means they do without. */
abstract class ApiRules {

  private static final List<String> HIDDEN_LIBRARIES =
      List.of("com.google.", "com.zaxxer.", "org.slf4j.", "org.snakeyaml.");

  @Test
  void noSignatureThatUsersSeeNamesALibraryOfOurs() {
    Set<String> exported = Modules.exportedPackages();
    classes()
        .that()
        .arePublic()
        .should(showNoHiddenLibrary())
        .check(
            Modules.classes()
                .that(
                    DescribedPredicate.describe(
                        "exported", type -> exported.contains(type.getPackageName()))));
  }

  @Test
  void namesSayWhatTheThingIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Facade)(\\$.*)?")
        .check(Modules.classes());
  }

  @Test
  void nothingSleepsOrHidesStateInThreadsOrLoadsServices() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class, int.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocal.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ServiceLoader.class)
        .check(Modules.classes());
  }

  @Test
  void nothingPrintsButTheLog() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(Modules.classes());
  }

  private static ArchCondition<JavaClass> showNoHiddenLibrary() {
    return new ArchCondition<>("show no type of " + HIDDEN_LIBRARIES) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Stream<JavaType> supertypes =
            Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        supertypes.forEach(shown -> report(type, type.getName(), shown, events));
        for (JavaMember member : type.getMembers()) {
          if (isVisible(member)) {
            shownBy(member).forEach(shown -> report(type, member.getFullName(), shown, events));
          }
        }
      }
    };
  }

  private static boolean isVisible(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static Stream<JavaType> shownBy(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(field.getType());
    }
    JavaCodeUnit code = (JavaCodeUnit) member;
    Stream<JavaType> types =
        Stream.concat(Stream.of(code.getReturnType()), code.getParameterTypes().stream());
    return Stream.concat(types, code.getExceptionTypes().stream());
  }

  private static void report(
      JavaClass owner, String place, JavaType shown, ConditionEvents events) {
    Set<String> names =
        shown.getAllInvolvedRawTypes().stream()
            .map(JavaClass::getName)
            .filter(name -> HIDDEN_LIBRARIES.stream().anyMatch(name::startsWith))
            .collect(Collectors.toSet());
    if (!names.isEmpty()) {
      events.add(SimpleConditionEvent.violated(owner, place + " shows " + names));
    }
  }
}
