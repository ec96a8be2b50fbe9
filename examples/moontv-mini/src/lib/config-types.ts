export interface Title {
  id: string;
  title: string;
  year: number;
  category: string;
}

export interface Site {
  name: string;
  titles: Title[];
}

export interface Category {
  id: string;
  name: string;
}

/** The shape of config.json. */
export interface SiteConfig {
  cache_time: number;
  api_site: Record<string, Site>;
  custom_category: Category[];
}
