# Renders the pages with Ruby's engine: ruby ruby.rb FOLDER SECONDS
require "json"
require "liquid"

RubyVM::YJIT.enable if defined?(RubyVM::YJIT.enable)

folder, seconds = ARGV[0], ARGV[1].to_f
Files = Struct.new(:folder) do
  def read_template_file(name)
    File.read(File.join(folder, "snippets", "#{name}.liquid"))
  end
end
Liquid::Template.file_system = Files.new(folder)
data = JSON.parse(File.read(File.join(folder, "data.json")))
spent = -> { Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) }

%w[product collection cart filters nav].each do |name|
  template = Liquid::Template.parse(File.read(File.join(folder, "templates", "#{name}.liquid")))
  page = template.render!(data)
  20.times { template.render!(data) }
  start = spent.call
  renders = 0
  while spent.call - start < seconds
    template.render!(data)
    renders += 1
  end
  puts JSON.generate(name: name, per_second: renders / (spent.call - start), page: page)
end
