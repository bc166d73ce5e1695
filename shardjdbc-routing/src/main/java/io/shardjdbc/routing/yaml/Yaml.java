package io.shardjdbc.routing.yaml;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Parses a YAML text with one document, a map. */
public final class Yaml {
  private static final int MAX_CHARACTERS = 1_000_000;
  private static final int MAX_DEPTH = 32;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setLabel("configuration")
          .setCodePointLimit(MAX_CHARACTERS)
          .setAllowNonScalarKeys(true) // so that YamlMap refuses them with their line
          .build();

  private Yaml() {}

  /**
   * The file's map.
   *
   * @throws RoutingException {@link ErrorCode#BAD_CONFIGURATION} when the file cannot be read or is
   *     not YAML
   */
  public static YamlMap read(Path file, EnvironmentLookup environment) {
    try {
      return read(Files.readString(file), environment);
    } catch (NoSuchFileException e) {
      throw fault("there is no file " + file);
    } catch (MalformedInputException e) {
      throw fault("the file " + file + " is not UTF-8");
    } catch (IOException e) {
      throw fault("the file " + file + " cannot be read");
    }
  }

  /**
   * The text's map.
   *
   * @throws RoutingException {@link ErrorCode#BAD_CONFIGURATION} when it is not YAML
   */
  public static YamlMap read(String text, EnvironmentLookup environment) {
    if (text.length() > MAX_CHARACTERS) {
      throw fault("it is longer than a million characters");
    }
    try {
      checkDepth(text);
      Optional<Node> root = new Composer(SETTINGS, parser(text)).getSingleNode();
      return new YamlNode(root.orElseThrow(() -> fault("it is empty")), 1, "", environment).map();
    } catch (MarkedYamlEngineException e) {
      // Only the problem: the rest of the parser's message quotes the text, which may hold a
      // password.
      String problem = e.getProblem() == null ? "is not YAML" : e.getProblem();
      throw fault(
          e.getProblemMark().map(mark -> "line " + (mark.getLine() + 1) + ": ").orElse("")
              + problem);
    } catch (YamlEngineException e) {
      throw fault("it has characters that YAML does not allow, or more than 50 aliases");
    }
  }

  /** Before composing: the parser is iterative, the composer recursive. */
  private static void checkDepth(String text) {
    int depth = 0;
    for (Parser events = parser(text); events.hasNext(); ) {
      Event event = events.next();
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        int line = event.getStartMark().map(Mark::getLine).orElse(0) + 1;
        throw fault("line " + line + ": nested more than " + MAX_DEPTH + " deep");
      }
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
    }
  }

  private static Parser parser(String text) {
    return new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
  }

  private static RoutingException fault(String reason) {
    return new RoutingException(ErrorCode.BAD_CONFIGURATION, reason);
  }
}
