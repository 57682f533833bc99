SELECT noun, version FROM versions
