"""一(五) 各省插件的安装与维护: tools for those who write and who run provinces' plugins."""
