package io.abraxas.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line of the program, with the names and short letters of gearmand. The options come
 * from {@link OptionTable} and {@link ProgramOption}; picocli splits the arguments, sets out the
 * help and knows no types.
 */
final class CommandLineParser {
  /** How the options begin that choose and set up gearmand's other queues and protocols. */
  private static final Set<String> GEARMANDS =
      Set.of("ssl", "http", "libmemcached", "libsqlite3", "libpq", "redis", "mysql", "libdrizzle");

  private static final String CONFIG_FILE = ProgramOption.CONFIG_FILE.longName;

  private final List<OptionSpec> serverOptions = options(OptionTable.WITHOUT_CLUSTER);
  private final List<OptionSpec> clusterOptions = options(OptionTable.OF_CLUSTER);
  private final List<OptionSpec> programOptions = new ArrayList<>();
  private final List<OptionSpec> gearmandOptions = new ArrayList<>();
  private final Set<String> flagNames;
  private final CommandLine commandLine;

  CommandLineParser() {
    for (ProgramOption option : ProgramOption.values()) {
      OptionSpec spec =
          builder(option.shortName, option.longName, option.label, option.help).build();
      (option.isForGearmand() ? gearmandOptions : programOptions).add(spec);
    }
    programOptions.add(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("print the version and exit")
            .build());
    programOptions.add(
        OptionSpec.builder("-?", "-h", "--help")
            .usageHelp(true)
            .description("print this text and exit")
            .build());
    // picocli would take the next letters of -Rw for a value if it knew that flags may have one.
    flagNames =
        Stream.of(serverOptions, clusterOptions, programOptions, gearmandOptions)
            .flatMap(List::stream)
            .filter(
                option -> option.arity().max() == 0 && !option.usageHelp() && !option.versionHelp())
            .map(OptionSpec::longestName)
            .collect(Collectors.toSet());
    CommandSpec spec = CommandSpec.create().name("abraxas server");
    Stream.of(serverOptions, clusterOptions, programOptions, gearmandOptions)
        .flatMap(List::stream)
        .forEach(spec::addOption);
    spec.usageMessage()
        .customSynopsis("Usage: abraxas server [options]%n%nRuns a Gearman job server.")
        .synopsisHeading("")
        .sortOptions(false)
        .width(100)
        .footer(
            "",
            "SIGTERM stops at once; SIGUSR1, or the admin command 'shutdown graceful', refuses new",
            "connections, finishes running jobs and stops. Exit codes: 0 stopped, 1 it could not run,",
            "2 options make no sense.");
    commandLine = new CommandLine(spec).setExpandAtFiles(false);
    commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, this::optionList);
  }

  private static List<OptionSpec> options(List<ServerOption> table) {
    return OptionTable.ofProgram(table).map(CommandLineParser::option).toList();
  }

  private static OptionSpec option(ServerOption option) {
    String standard = option.standardText();
    String help = option.help + (standard == null ? "" : " (default: " + standard + ")");
    OptionSpec.Builder builder = builder(option.shortName, option.longName, option.label, help);
    return option.kind == OptionKind.LIST
        ? builder.type(List.class).auxiliaryTypes(String.class).build()
        : builder.build();
  }

  private static OptionSpec.Builder builder(
      Character letter, String name, String label, String help) {
    String[] names =
        letter == null ? new String[] {"--" + name} : new String[] {"-" + letter, "--" + name};
    OptionSpec.Builder builder = OptionSpec.builder(names).description(help);
    return label == null
        ? builder.type(boolean.class).arity("0")
        : builder.type(String.class).arity("1").paramLabel(label);
  }

  private String optionList(Help help) {
    return section(help, "Server", serverOptions)
        + section(help, "Cluster", clusterOptions)
        + section(help, "Program", programOptions)
        + section(help, "Accepted for gearmand's sake", gearmandOptions);
  }

  private static String section(Help help, String title, List<OptionSpec> options) {
    return String.format("%n%s:%n%s", title, help.optionListExcludingGroups(options));
  }

  /** The text of {@code --help}. */
  String help() {
    return commandLine.getUsageMessage();
  }

  /**
   * Reads the command line and the configuration file it may name.
   *
   * @return null when only help or the version was asked for, which is printed then
   * @throws UsageException when something in either makes no sense
   */
  ProgramOptions parse(String... arguments) {
    Map<String, String> flags = new LinkedHashMap<>();
    List<String> rest = new ArrayList<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals > 0 && flagNames.contains(argument.substring(0, equals))) {
        flags.put(argument.substring(2, equals), argument.substring(equals + 1));
      } else {
        // As in gearmand, @name is a configuration file.
        boolean file = argument.startsWith("@");
        rest.add(file ? "--" + CONFIG_FILE + "=" + argument.substring(1) : argument);
      }
    }
    ParseResult result;
    try {
      result = commandLine.parseArgs(rest.toArray(String[]::new));
    } catch (ParameterException e) {
      throw new UsageException(explain(e), e);
    }
    if (result.isUsageHelpRequested()) {
      System.out.print(help());
      return null;
    }
    if (result.isVersionHelpRequested()) {
      System.out.println("abraxas " + Version.current());
      return null;
    }
    return options(result, flags);
  }

  private static ProgramOptions options(ParseResult result, Map<String, String> flags) {
    // A repeated option stands in there once for each time, with all its values.
    Map<String, Object> given = new LinkedHashMap<>(flags);
    result.matchedOptions().forEach(o -> given.put(o.longestName().substring(2), o.getValue()));
    ProgramOptions options = new ProgramOptions();
    Object file = given.remove(CONFIG_FILE);
    if (file != null) {
      ConfigFile.read((String) file, options, given.keySet());
    }
    given.forEach(
        (name, value) -> {
          if (value instanceof List<?> all) {
            all.forEach(one -> options.set(name, (String) one));
          } else {
            options.set(name, value.toString());
          }
        });
    options.check();
    return options;
  }

  private static String explain(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unknown(unmatched.getUnmatched().get(0));
    }
    if (e instanceof MissingParameterException missing
        && missing.getMissing().get(0) instanceof OptionSpec option) {
      return option.longestName() + " needs a value";
    }
    if (e instanceof OverwrittenOptionException twice
        && twice.getOverwritten() instanceof OptionSpec option) {
      return option.longestName() + " is given more than once";
    }
    return e.getMessage().replace('\n', ' ');
  }

  private static String unknown(String argument) {
    if (!argument.startsWith("-")) {
      return "unexpected argument " + argument;
    }
    int equals = argument.indexOf('=');
    String name = equals < 0 ? argument : argument.substring(0, equals);
    if (GEARMANDS.stream().anyMatch(start -> name.startsWith("--" + start))) {
      return name + " is an option of gearmand that this server does not have";
    }
    List<String> known =
        Stream.concat(ProgramOptions.names().stream(), Stream.of("help", "version"))
            .map(option -> "--" + option)
            .toList();
    return "unknown option " + name + Nearest.hint(name, known);
  }
}
